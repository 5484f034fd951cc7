//! Services and questions as a tenant keeps them.

use tenant_config::{
    id::{FaqId, ServiceId},
    knowledge::{Faq, Service},
};

use crate::{StoreError, TenantTx};

/// A service as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    pub service: Service,
    /// Callers hear of it and can book it.
    pub active: bool,
    /// Its place in the tenant's order.
    pub position: i32,
}

/// A question as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqRow {
    pub id: FaqId,
    pub faq: Faq,
    /// Its place in the tenant's order.
    pub position: i32,
}

impl TenantTx {
    /// All services, in the tenant's order.
    pub async fn all_services(&mut self) -> Result<Vec<ServiceRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, name, aliases, description, duration_min, price_minor, upsells, active, position
             FROM app.services_catalog WHERE tenant_id = $1 ORDER BY position, name",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| ServiceRow {
            service: Service {
                id: ServiceId(row.id),
                name: row.name,
                aliases: row.aliases,
                description: row.description,
                duration_min: row.duration_min.unsigned_abs(),
                price_minor: row.price_minor,
                upsells: row.upsells,
            },
            active: row.active,
            position: row.position,
        });
        Ok(row.collect())
    }

    /// Writes a service, new or not. A [`StoreError::Conflict`] for a name that another has.
    pub async fn save_service(&mut self, row: &ServiceRow) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let service = &row.service;
        sqlx::query!(
            "INSERT INTO app.services_catalog
               (id, tenant_id, name, aliases, description, duration_min, price_minor, upsells, active, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, aliases = excluded.aliases,
               description = excluded.description, duration_min = excluded.duration_min,
               price_minor = excluded.price_minor, upsells = excluded.upsells, active = excluded.active,
               position = excluded.position",
            service.id.0,
            tenant,
            service.name.trim(),
            &service.aliases,
            service.description,
            service.duration_min.cast_signed(),
            service.price_minor,
            &service.upsells,
            row.active,
            row.position
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Takes a service away; `false` for an id that is not the tenant's. A [`StoreError::Conflict`]
    /// when it was ever booked: make it inactive instead.
    pub async fn delete_service(&mut self, id: ServiceId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.services_catalog WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// All questions, in the tenant's order.
    pub async fn all_faqs(&mut self) -> Result<Vec<FaqRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, question, answer, keywords, position FROM app.faqs
             WHERE tenant_id = $1 ORDER BY position, question",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| FaqRow {
            id: FaqId(row.id),
            faq: Faq {
                question: row.question,
                answer: row.answer,
                keywords: row.keywords,
            },
            position: row.position,
        });
        Ok(row.collect())
    }

    /// Writes a question, new or not. A [`StoreError::Conflict`] for one that there is.
    pub async fn save_faq(&mut self, row: &FaqRow) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.faqs (id, tenant_id, question, answer, keywords, position)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, id) DO UPDATE SET question = excluded.question,
               answer = excluded.answer, keywords = excluded.keywords, position = excluded.position",
            row.id.0,
            tenant,
            row.faq.question.trim(),
            row.faq.answer.trim(),
            &row.faq.keywords,
            row.position
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Takes a question away; `false` for an id that is not the tenant's.
    pub async fn delete_faq(&mut self, id: FaqId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.faqs WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
