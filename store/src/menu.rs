//! DTMF menus with their options.

mod edit;

use std::{collections::HashMap, time::Duration};

use tenant_config::{
    id::IvrMenuId,
    ivr::{IvrMenu, IvrOption},
};
use uuid::Uuid;

use crate::{
    StoreError, TenantTx,
    error::{known, read},
};

impl TenantTx {
    /// One menu of the tenant.
    pub async fn menu(&mut self, id: IvrMenuId) -> Result<Option<IvrMenu>, StoreError> {
        Ok(self.load_menus(Some(id.0)).await?.pop())
    }

    /// All menus of the tenant, by name.
    pub async fn menus(&mut self) -> Result<Vec<IvrMenu>, StoreError> {
        self.load_menus(None).await
    }

    async fn load_menus(&mut self, only: Option<Uuid>) -> Result<Vec<IvrMenu>, StoreError> {
        let tenant = self.tenant();
        let mut options = self.load_options(only).await?;
        let rows = sqlx::query!(
            "SELECT id, name, prompt, no_input_prompt, no_match_prompt, timeout_ms, max_attempts, fallback
             FROM app.ivr_menus WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY name",
            tenant,
            only
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(IvrMenu {
                    id: IvrMenuId(row.id),
                    name: row.name,
                    prompt: row.prompt,
                    no_input_prompt: row.no_input_prompt,
                    no_match_prompt: row.no_match_prompt,
                    timeout: Duration::from_millis(row.timeout_ms.unsigned_abs().into()),
                    max_attempts: row.max_attempts.unsigned_abs(),
                    options: options.remove(&row.id).unwrap_or_default(),
                    fallback: read(
                        "ivr_menus",
                        "fallback",
                        serde_json::from_value(row.fallback),
                    )?,
                })
            })
            .collect()
    }

    async fn load_options(
        &mut self,
        only: Option<Uuid>,
    ) -> Result<HashMap<Uuid, Vec<IvrOption>>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT menu_id, digit, label, action FROM app.ivr_options
             WHERE tenant_id = $1 AND ($2::uuid IS NULL OR menu_id = $2) ORDER BY menu_id, digit",
            tenant,
            only
        )
        .fetch_all(self.conn())
        .await?;
        let mut by_menu: HashMap<Uuid, Vec<IvrOption>> = HashMap::new();
        for row in rows {
            by_menu.entry(row.menu_id).or_default().push(IvrOption {
                digit: known("ivr_options", "digit", row.digit.chars().next())?,
                label: row.label,
                action: read("ivr_options", "action", serde_json::from_value(row.action))?,
            });
        }
        Ok(by_menu)
    }
}
