//! The first tenants: root, and businesses described as data, of which the demo is one.
//!
//! Running it again changes nothing: a tenant that exists is left as its owner made it. The demo's
//! numbers are from the range that is reserved for fiction (555-0100 to 555-0199).

pub mod business;
mod check;
pub(crate) mod insert;
pub mod load;
pub(crate) mod settle;

use tenant_config::{
    id::TenantId,
    phone::{E164, IvrMode},
};
use uuid::{Uuid, uuid};

use crate::{Actor, Store, StoreError, TenantScope, tenant::TenantRow};
pub use business::{BadBusiness, Business};

/// The root tenant, made by the migrations.
pub const ROOT_TENANT: TenantId = TenantId(uuid!("01900000-0000-7000-8000-000000000001"));
/// The slug of the demo tenant, a dental clinic.
pub const DEMO_SLUG: &str = "bright-dental";
/// A number for root's own line in a demo.
pub const ROOT_PHONE: &str = "+19185550100";

/// What is seeded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedOptions {
    /// The number of root's own line; `None` leaves it as it is.
    pub root_phone: Option<E164>,
}

/// What there is after seeding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    pub root: TenantRow,
    pub demo: Settled,
}

/// A business after seeding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub tenant: TenantRow,
    /// The tenant was made now.
    pub created: bool,
    /// The tenant's numbers and how each is answered.
    pub lines: Vec<(E164, IvrMode)>,
}

impl Store {
    /// Gives root its number and makes the demo tenant if there is none.
    pub async fn seed(&self, options: &SeedOptions) -> Result<Seeded, StoreError> {
        let root = self.seed_root(options).await?;
        let demo = Business::built_in(DEMO_SLUG)
            .and_then(Result::ok)
            .ok_or_else(|| StoreError::Invalid {
                what: DEMO_SLUG.to_owned(),
            })?;
        let demo = self.seed_business(&demo).await?;
        Ok(Seeded { root, demo })
    }

    /// Makes a business the tenant of its slug if there is none. A number that another tenant has
    /// is a [`StoreError::Conflict`].
    pub async fn seed_business(&self, business: &Business) -> Result<Settled, StoreError> {
        let existing = self.tenant_by_slug(&business.slug).await?;
        let id = existing.unwrap_or_else(|| TenantId(Uuid::now_v7()));
        let mut tx = self.tenant(&TenantScope::new(id, Actor::System)).await?;
        if existing.is_none() {
            settle::create(&mut tx, business).await?;
        }
        let tenant = tx.tenant_row().await?;
        let lines = tx.lines().await?.into_iter();
        let mut lines: Vec<_> = lines
            .filter_map(|line| Some((line.config.phone_number?, line.config.ivr_mode)))
            .collect();
        lines.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        tx.commit().await?;
        Ok(Settled {
            tenant,
            created: existing.is_none(),
            lines,
        })
    }

    /// Gives root its number.
    pub async fn seed_root(&self, options: &SeedOptions) -> Result<TenantRow, StoreError> {
        let mut tx = self
            .tenant(&TenantScope::new(ROOT_TENANT, Actor::System))
            .await?;
        if let Some(number) = &options.root_phone {
            tx.set_root_number(number).await?;
        }
        let root = tx.tenant_row().await?;
        tx.commit().await?;
        Ok(root)
    }
}
