//! The first tenants: root, and a dental clinic to try everything with.
//!
//! Running it again changes nothing: a demo tenant that exists is left as its owner made it. The
//! numbers are from the range that is reserved for fiction (555-0100 to 555-0199).

mod bright_dental;
mod insert;

use tenant_config::{
    id::TenantId,
    phone::{E164, IvrMode},
};
use uuid::{Uuid, uuid};

use crate::{Actor, Store, StoreError, TenantScope, tenant::TenantRow};

/// The root tenant, made by the migrations.
pub const ROOT_TENANT: TenantId = TenantId(uuid!("01900000-0000-7000-8000-000000000001"));
/// The slug of the demo tenant.
pub const DEMO_SLUG: &str = bright_dental::SLUG;
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
    pub demo: TenantRow,
    /// The demo tenant was made now.
    pub created: bool,
    /// The demo tenant's numbers and how each is answered.
    pub lines: Vec<(E164, IvrMode)>,
}

impl Store {
    /// Gives root its number and makes the demo tenant if there is none.
    pub async fn seed(&self, options: &SeedOptions) -> Result<Seeded, StoreError> {
        let root = self.seed_root(options).await?;
        let existing = self.tenant_by_slug(DEMO_SLUG).await?;
        let id = existing.unwrap_or_else(|| TenantId(Uuid::now_v7()));
        let mut tx = self.tenant(&TenantScope::new(id, Actor::System)).await?;
        if existing.is_none() {
            bright_dental::create(&mut tx).await?;
        }
        let demo = tx.tenant_row().await?;
        let lines = tx.lines().await?;
        tx.commit().await?;
        Ok(Seeded {
            root,
            demo,
            created: existing.is_none(),
            lines,
        })
    }

    async fn seed_root(&self, options: &SeedOptions) -> Result<TenantRow, StoreError> {
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
