//! Who may do what with a table is written in docs/DATA.md, and the catalog agrees with it: a grant
//! that was added or lost, and a table that nobody described, is noticed.

use std::collections::BTreeMap;

use sqlx::{PgConnection, Row};

use super::matrix::ROLES;

pub(super) async fn breaches(conn: &mut PgConnection) -> Vec<String> {
    let documented = documented(include_str!("../../../../docs/DATA.md"));
    let granted = granted(conn).await;
    let mut found = Vec::new();
    for (table, grants) in &granted {
        match documented.get(table) {
            None => found.push(format!(
                "docs/DATA.md does not name {table} ({})",
                grants.join(" | ")
            )),
            Some(said) if said != grants => found.push(format!(
                "{table}: docs/DATA.md says {}, granted is {}",
                said.join(" | "),
                grants.join(" | ")
            )),
            Some(_) => {}
        }
    }
    let gone = documented
        .keys()
        .filter(|table| !granted.contains_key(*table));
    found.extend(gone.map(|table| format!("docs/DATA.md names {table}, which is not there")));
    found
}

/// What each role may do with each table: S, I, U, D, small where it may with some columns only.
async fn granted(conn: &mut PgConnection) -> BTreeMap<String, Vec<String>> {
    let rows = sqlx::query(
        "SELECT c.relname::text, COALESCE((
           SELECT string_agg(CASE WHEN has_table_privilege(r, c.oid, v) THEN left(v, 1)
                                  WHEN v <> 'DELETE' AND has_any_column_privilege(r, c.oid, v) THEN lower(left(v, 1)) END,
                             '' ORDER BY n)
           FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY u (v, n)), '')
         FROM pg_class c, unnest($1::text[]) WITH ORDINALITY roles (r, at)
         WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND c.relname <> '_sqlx_migrations'
         ORDER BY 1, at",
    )
    .bind(ROLES.map(str::to_owned).as_slice())
    .fetch_all(conn)
    .await
    .unwrap();
    let mut granted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        granted.entry(row.get(0)).or_default().push(row.get(1));
    }
    granted
}

/// Rows such as `| `calls` | SIU | SIU | s | one call |`.
fn documented(page: &str) -> BTreeMap<String, Vec<String>> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let table = cells.next()?.trim_end_matches('`').to_owned();
        if table.starts_with(char::is_uppercase) {
            return None; // a type of ours
        }
        let grants: Vec<String> = cells
            .take(ROLES.len())
            .map(|cell| cell.trim_matches('–').to_owned())
            .collect();
        Some((table, grants))
    };
    page.lines().filter_map(row).collect()
}
