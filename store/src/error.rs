//! What can go wrong between us and Postgres, sorted by what a caller can do about it.
//!
//! Error texts never carry another tenant's values: a unique key that another tenant holds is a
//! plain [`StoreError::Conflict`].

use sqlx::error::ErrorKind;

/// A failed operation of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, none free in time, or a server that cannot at this moment. Worth trying again.
    #[error("the database cannot be reached: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The value is taken, or it refers to something that is not there.
    #[error("{what} conflicts with what is stored")]
    Conflict { what: String },
    /// A value that the schema's checks refuse.
    #[error("{what} is not a value that can be stored")]
    Invalid { what: String },
    /// A rule of the database that no request may break: what is immutable, the last administrator,
    /// a tenant's way from one status to another, a read-only transaction.
    #[error("{rule} does not allow that")]
    Refused { rule: String },
    /// A row that must be there is not (or belongs to another tenant).
    #[error("no such {what}")]
    NotFound { what: &'static str },
    /// A stored value that our types cannot read.
    #[error("stored value of {table}.{column} cannot be read: {detail}")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        detail: String,
    },
    /// The server or its roles are not fit to run on.
    #[error("the database is not usable: {0}")]
    Unfit(String),
    #[error("migrating the database failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A query that should have worked.
    #[error("a query failed: {0}")]
    Query(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(refusal) = error.as_database_error() {
            let what = refusal
                .constraint()
                .or(refusal.table())
                .unwrap_or("a value")
                .to_owned();
            let kind = refusal.kind();
            let code = refusal.code().unwrap_or_default();
            // restrict_violation, which our triggers raise, and read_only_sql_transaction.
            if matches!(code.as_ref(), "23001" | "25006") {
                let rule = refusal.constraint().or(refusal.table());
                return Self::Refused {
                    rule: rule
                        .unwrap_or(if code == "25006" {
                            "read_only"
                        } else {
                            "the database"
                        })
                        .to_owned(),
                };
            }
            let passes = passes(&code);
            if matches!(
                kind,
                ErrorKind::UniqueViolation
                    | ErrorKind::ForeignKeyViolation
                    | ErrorKind::ExclusionViolation
            ) {
                return Self::Conflict { what };
            }
            if matches!(
                kind,
                ErrorKind::NotNullViolation | ErrorKind::CheckViolation
            ) {
                return Self::Invalid { what };
            }
            return if passes {
                Self::Unavailable(error)
            } else {
                Self::Query(error)
            };
        }
        if is_connection_trouble(&error) {
            Self::Unavailable(error)
        } else {
            Self::Query(error)
        }
    }
}

impl StoreError {
    /// The server did not answer in time.
    pub const fn timed_out() -> Self {
        Self::Unavailable(sqlx::Error::PoolTimedOut)
    }
}

/// Classes of <https://www.postgresql.org/docs/current/errcodes-appendix.html> that pass: connection
/// trouble, a transaction that lost against another, no space or memory, a server that stops.
fn passes(code: &str) -> bool {
    ["08", "40", "53", "57P", "58"]
        .iter()
        .any(|class| code.starts_with(class))
}

fn is_connection_trouble(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// Reads a stored word, number or JSON document into one of our types.
pub(crate) fn read<T, E: std::fmt::Display>(
    table: &'static str,
    column: &'static str,
    value: Result<T, E>,
) -> Result<T, StoreError> {
    value.map_err(|e| StoreError::Corrupt {
        table,
        column,
        detail: e.to_string(),
    })
}

/// As [`read`], for a parser that answers with an `Option`.
pub(crate) fn known<T>(
    table: &'static str,
    column: &'static str,
    value: Option<T>,
) -> Result<T, StoreError> {
    read(table, column, value.ok_or("unknown word"))
}

/// JSON of a type of ours that is being stored.
pub(crate) fn to_json<T: serde::Serialize>(
    what: &'static str,
    value: &T,
) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|e| StoreError::Invalid {
        what: format!("{what} ({e})"),
    })
}
