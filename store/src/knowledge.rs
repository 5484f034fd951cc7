//! What an agent may say about a tenant.

mod edit;

use tenant_config::{
    hours::BusinessHours,
    id::ServiceId,
    knowledge::{Faq, Service},
};

use crate::{StoreError, TenantTx, tenant::TenantRow};
pub use edit::{FaqRow, ServiceRow};

/// Everything a conversation draws on, read in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    pub tenant: TenantRow,
    pub hours: BusinessHours,
    pub services: Vec<Service>,
    pub faqs: Vec<Faq>,
}

impl TenantTx {
    pub async fn knowledge(&mut self) -> Result<Knowledge, StoreError> {
        Ok(Knowledge {
            tenant: self.tenant_row().await?,
            hours: self.business_hours().await?,
            services: self.services().await?,
            faqs: self.faqs().await?,
        })
    }

    /// The services that can be booked, in the tenant's order.
    pub async fn services(&mut self) -> Result<Vec<Service>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, name, aliases, description, duration_min, price_minor, upsells
             FROM app.services_catalog WHERE tenant_id = $1 AND active ORDER BY position, name",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Service {
                id: ServiceId(row.id),
                name: row.name,
                aliases: row.aliases,
                description: row.description,
                duration_min: row.duration_min.unsigned_abs(),
                price_minor: row.price_minor,
                upsells: row.upsells,
            })
            .collect())
    }

    /// Questions and answers, in the tenant's order.
    pub async fn faqs(&mut self) -> Result<Vec<Faq>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT question, answer, keywords FROM app.faqs
             WHERE tenant_id = $1 ORDER BY position, question",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Faq {
                question: row.question,
                answer: row.answer,
                keywords: row.keywords,
            })
            .collect())
    }
}
