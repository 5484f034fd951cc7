//! Whether a tenant's chain is whole: read again from its first row, in pages.
//!
//! Each row must have the next number, the hash of the row before it, and the hash of what it says;
//! the last one must be where the chain's head says that it is. Rows may be appended meanwhile.
//! Whoever can write to the database as its superuser can make a whole chain of other rows: compare
//! the head with one that was noted elsewhere.

use tenant_config::id::TenantId;
use uuid::Uuid;

use crate::{PlatformTx, StoreError, TenantTx, word::words};

words! {
    /// What is wrong with a row.
    pub enum FaultKind {
        /// It has another number than the one that is due: rows before it are missing, or were put in.
        Gap = "gap",
        /// It was chained to another row than the one before it.
        PrevHash = "prev_hash",
        /// It says something else than when it was written.
        Hash = "hash",
        /// The rows at the end are missing.
        Tail = "tail",
        /// It stands behind the end: it was not appended, but put there.
        Beyond = "beyond",
        /// What says where the chain ends is missing or says something else.
        Head = "head",
    }
}

/// The first row that does not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    pub seq: i64,
    /// `None` when the row is not there.
    pub id: Option<Uuid>,
    pub kind: FaultKind,
    /// Rows before it that follow each other.
    pub after: i64,
    /// What is compared: a number, or a hash in hexadecimal digits.
    pub expected: String,
    pub found: String,
}

/// How far a chain was walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainWalk {
    /// Rows up to this number have been seen.
    seen: i64,
    /// The number that comes next.
    due: i64,
    hash: Vec<u8>,
}

/// Where a page of a walk came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walked {
    /// So far everything follows.
    On(ChainWalk),
    /// Everything follows, up to the end.
    Whole(ChainEnd),
    Broken(AuditFault),
}

/// The end of a chain. Noted elsewhere, it shows later that nothing before it was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// The number of its rows.
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// A tenant, and how long its log should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedTenant {
    pub id: TenantId,
    pub slug: String,
    pub rows: i64,
}

struct Link {
    seq: i64,
    id: Uuid,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
    due_hash: Vec<u8>,
}

impl Default for ChainWalk {
    /// Before the first row.
    fn default() -> Self {
        Self {
            seen: i64::MIN,
            due: 1,
            hash: vec![0; 32],
        }
    }
}

impl ChainWalk {
    /// Rows that follow each other so far.
    pub const fn rows(&self) -> i64 {
        self.due - 1
    }

    fn step(&mut self, link: &Link) -> Result<(), AuditFault> {
        let after = self.rows();
        let fault = |kind, expected: String, found: String| AuditFault {
            seq: link.seq,
            id: Some(link.id),
            kind,
            after,
            expected,
            found,
        };
        let of_hashes =
            |kind, due: &[u8], is: &[u8]| fault(kind, hex::encode(due), hex::encode(is));
        if link.seq != self.due {
            let (due, is) = (self.due.to_string(), link.seq.to_string());
            return Err(fault(FaultKind::Gap, due, is));
        }
        if link.prev_hash != self.hash {
            return Err(of_hashes(FaultKind::PrevHash, &self.hash, &link.prev_hash));
        }
        if link.hash != link.due_hash {
            return Err(of_hashes(FaultKind::Hash, &link.due_hash, &link.hash));
        }
        self.seen = link.seq;
        self.due += 1;
        self.hash.clone_from(&link.hash);
        Ok(())
    }

    /// What the head says, when there is no further row.
    fn end(self, head: Option<(i64, Vec<u8>)>) -> Walked {
        let rows = self.rows();
        let fault = |seq, kind, expected, found| {
            Walked::Broken(AuditFault {
                seq,
                id: None,
                kind,
                after: rows,
                expected,
                found,
            })
        };
        let Some((seq, hash)) = head else {
            return if rows == 0 {
                Walked::Whole(ChainEnd {
                    seq: 0,
                    hash: self.hash,
                })
            } else {
                let end = format!("an end at {rows}");
                fault(rows, FaultKind::Head, end, "none".to_owned())
            };
        };
        if seq > rows {
            return fault(seq, FaultKind::Tail, seq.to_string(), rows.to_string());
        }
        if seq < rows {
            return fault(
                seq + 1,
                FaultKind::Beyond,
                seq.to_string(),
                rows.to_string(),
            );
        }
        if hash != self.hash {
            let (due, is) = (hex::encode(&self.hash), hex::encode(&hash));
            return fault(seq, FaultKind::Head, due, is);
        }
        Walked::Whole(ChainEnd { seq, hash })
    }
}

impl TenantTx {
    /// Walks the tenant's chain on by at most so many rows.
    pub async fn walk_audit(
        &mut self,
        mut walk: ChainWalk,
        at_most: u16,
    ) -> Result<Walked, StoreError> {
        let tenant = self.tenant();
        let links = sqlx::query_as!(
            Link,
            r#"SELECT a.seq, a.id, a.prev_hash, a.hash, app.audit_hash(a) AS "due_hash!"
               FROM app.audit_log a WHERE a.tenant_id = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3"#,
            tenant,
            walk.seen,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        for link in &links {
            if let Err(fault) = walk.step(link) {
                return Ok(Walked::Broken(fault));
            }
        }
        if !links.is_empty() {
            return Ok(Walked::On(walk));
        }
        // Both at one moment: a row that is appended moves the head with it.
        let end = sqlx::query!(
            "SELECT (SELECT max(seq) FROM app.audit_log WHERE tenant_id = $1) AS last_seq,
                    (SELECT seq FROM app.audit_heads WHERE tenant_id = $1) AS head_seq,
                    (SELECT hash FROM app.audit_heads WHERE tenant_id = $1) AS head_hash",
            tenant
        )
        .fetch_one(self.conn())
        .await?;
        if end.last_seq.is_some_and(|last| last > walk.seen) {
            return Ok(Walked::On(walk));
        }
        Ok(walk.end(end.head_seq.zip(end.head_hash)))
    }

    /// Walks the tenant's whole chain; `None` when it is whole.
    pub async fn verify_audit(&mut self) -> Result<Option<AuditFault>, StoreError> {
        let mut walk = ChainWalk::default();
        loop {
            match self.walk_audit(walk, PAGE).await? {
                Walked::On(further) => walk = further,
                Walked::Whole(_) => return Ok(None),
                Walked::Broken(fault) => return Ok(Some(fault)),
            }
        }
    }
}

impl PlatformTx {
    /// All tenants by their slugs, with the number of rows that their logs should have.
    pub async fn audited_tenants(&mut self) -> Result<Vec<AuditedTenant>, StoreError> {
        let rows = sqlx::query!(
            "SELECT t.id, t.slug, h.seq AS \"seq?\" FROM app.tenants t
             LEFT JOIN app.audit_heads h ON h.tenant_id = t.id ORDER BY t.slug"
        )
        .fetch_all(self.conn())
        .await?;
        let tenant = rows.into_iter().map(|row| AuditedTenant {
            id: TenantId(row.id),
            slug: row.slug,
            rows: row.seq.unwrap_or_default(),
        });
        Ok(tenant.collect())
    }
}

const PAGE: u16 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    fn link(seq: i64, before: u8, own: u8) -> Link {
        Link {
            seq,
            id: Uuid::from_u128(7),
            prev_hash: vec![before; 32],
            hash: vec![own; 32],
            due_hash: vec![own; 32],
        }
    }

    fn walked() -> ChainWalk {
        let mut walk = ChainWalk::default();
        walk.step(&link(1, 0, 1)).unwrap();
        walk.step(&link(2, 1, 2)).unwrap();
        walk
    }

    #[test]
    fn a_row_that_does_not_follow_says_why() {
        let changed = Link {
            due_hash: vec![9; 32],
            ..link(3, 2, 3)
        };
        for (next, kind) in [
            (link(4, 2, 4), FaultKind::Gap),
            (link(2, 2, 3), FaultKind::Gap),
            (link(3, 1, 3), FaultKind::PrevHash),
            (changed, FaultKind::Hash),
        ] {
            let fault = walked().step(&next).unwrap_err();
            assert_eq!((fault.kind, fault.seq), (kind, next.seq));
            assert_ne!(fault.expected, fault.found);
        }
        assert_eq!(walked().step(&link(3, 2, 3)), Ok(()));
    }

    #[test]
    fn the_end_must_be_where_the_head_is() {
        let broken = |head| match walked().end(head) {
            Walked::Broken(fault) => Some((fault.seq, fault.kind)),
            Walked::On(_) | Walked::Whole(_) => None,
        };
        assert_eq!(broken(None), Some((2, FaultKind::Head)));
        assert_eq!(broken(Some((5, vec![5; 32]))), Some((5, FaultKind::Tail)));
        assert_eq!(broken(Some((1, vec![1; 32]))), Some((2, FaultKind::Beyond)));
        assert_eq!(broken(Some((2, vec![3; 32]))), Some((2, FaultKind::Head)));
        assert_eq!(broken(Some((2, vec![2; 32]))), None);
        let empty = ChainWalk::default().end(None);
        assert!(matches!(empty, Walked::Whole(ChainEnd { seq: 0, .. })));
    }
}
