//! Menus as they are set up and changed. Whether they lead in circles is for who knows them all to
//! check before.

use tenant_config::{id::IvrMenuId, ivr::IvrMenu};

use crate::{StoreError, TenantTx, error::to_json};

impl TenantTx {
    /// Makes a menu with its options. A [`StoreError::Conflict`] for a name that the tenant has.
    pub async fn create_menu(&mut self, menu: &IvrMenu) -> Result<(), StoreError> {
        self.insert_menu(menu).await.map(|_| ())
    }

    /// Writes a menu and all its options anew; `false` for an id that is not the tenant's.
    pub async fn save_menu(&mut self, menu: &IvrMenu) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let timeout_ms = i32::try_from(menu.timeout.as_millis());
        let done = sqlx::query!(
            "UPDATE app.ivr_menus SET name = $3, prompt = $4, no_input_prompt = $5, no_match_prompt = $6,
                    timeout_ms = $7, max_attempts = $8, fallback = $9
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            menu.id.0,
            menu.name,
            menu.prompt,
            menu.no_input_prompt,
            menu.no_match_prompt,
            timeout_ms.map_err(|_| StoreError::Invalid {
                what: "menu.timeout".to_owned()
            })?,
            menu.max_attempts.cast_signed(),
            to_json("menu.fallback", &menu.fallback)?
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query!(
            "DELETE FROM app.ivr_options WHERE tenant_id = $1 AND menu_id = $2",
            tenant,
            menu.id.0
        )
        .execute(self.conn())
        .await?;
        self.insert_options(menu).await?;
        Ok(true)
    }

    /// Takes a menu away; `false` for an id that is not the tenant's. A [`StoreError::Conflict`]
    /// while a line answers with it.
    pub async fn delete_menu(&mut self, id: IvrMenuId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.ivr_menus WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
