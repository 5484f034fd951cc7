//! Passwords: hashed with argon2id, checked in a time that tells nothing.
//!
//! Hashing takes some 20 ms and 19 MiB on purpose. It runs off the async threads, few at once, so
//! that a flood of logins slows logins down and no call. Hashes of bcrypt, from elsewhere, are
//! checked and replaced at the next login.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::api::problem::{Code, Outcome, Problem};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// A hash of nothing that anybody could type, to compare with where there is none.
    decoy: Arc<str>,
}

/// What a password is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Right, and this hash of it is to be kept instead of the old one.
    RightButHashedOldly(String),
    Wrong,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            places: Arc::new(Semaphore::new((cores / 2).max(1))),
            decoy: hash_now(&super::secret::fresh()).unwrap_or_default().into(),
        }
    }

    /// A hash to keep, as a PHC string.
    pub async fn hash(&self, password: &str) -> Outcome<String> {
        let password = password.to_owned();
        self.work(move || hash_now(&password))
            .await?
            .ok_or_else(|| Problem::internal(&"argon2 refused to hash"))
    }

    /// Checks a password; without a hash it takes as long and is wrong.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Outcome<Verdict> {
        let password = password.to_owned();
        let known = kept.is_some();
        let kept = kept.unwrap_or(&self.decoy).to_owned();
        let verdict = self.work(move || verify_now(&password, &kept)).await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Outcome<T> {
        let place = Arc::clone(&self.places).acquire_owned();
        let Ok(Ok(place)) = tokio::time::timeout(PATIENCE, place).await else {
            return Err(Problem::new(
                Code::Unavailable,
                "Too many people are signing in at this moment. Please try again.",
            )
            .retry_after(PATIENCE));
        };
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|error| Problem::internal(&error))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// What is asked of a password (NIST SP 800-63B: length, and nothing else).
pub fn check(pointer: &str, password: &str) -> Outcome<()> {
    if password.chars().count() < SHORTEST {
        return Err(Problem::field(
            pointer,
            "too_short",
            format!("A password has at least {SHORTEST} characters; a sentence is a good one."),
        ));
    }
    if password.len() > LONGEST {
        return Err(Problem::field(
            pointer,
            "too_long",
            format!("A password has at most {LONGEST} bytes."),
        ));
    }
    Ok(())
}

/// The hash of a password, in this thread.
pub fn hash_now(password: &str) -> Option<String> {
    let hash: PasswordHash = argon2().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

fn verify_now(password: &str, kept: &str) -> Verdict {
    if password.len() > LONGEST {
        return Verdict::Wrong;
    }
    if ["$2a$", "$2b$", "$2x$", "$2y$"]
        .iter()
        .any(|bcrypt| kept.starts_with(bcrypt))
    {
        return match bcrypt::verify(password, kept) {
            Ok(true) => better(password),
            Ok(false) | Err(_) => Verdict::Wrong,
        };
    }
    let Ok(hash) = PasswordHash::new(kept) else {
        tracing::error!("a kept password hash cannot be read: its login needs a reset");
        return Verdict::Wrong;
    };
    if argon2()
        .verify_password(password.as_bytes(), &hash)
        .is_err()
    {
        return Verdict::Wrong;
    }
    if kept.starts_with(CURRENT) {
        Verdict::Right
    } else {
        better(password)
    }
}

fn better(password: &str) -> Verdict {
    hash_now(password).map_or(Verdict::Right, Verdict::RightButHashedOldly)
}

/// 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat Sheet.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// How a hash of today's parameters begins.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
const SHORTEST: usize = 10;
/// What is hashed of a stranger's words.
const LONGEST: usize = 256;
/// How long a login waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new();
        let kept = passwords.hash("correct horse").await.unwrap();
        assert!(kept.starts_with(CURRENT), "{kept}");
        assert_ne!(kept, passwords.hash("correct horse").await.unwrap());
        let verify = |password: &'static str, kept: Option<String>| {
            let passwords = passwords.clone();
            async move { passwords.verify(password, kept.as_deref()).await.unwrap() }
        };
        assert_eq!(
            verify("correct horse", Some(kept.clone())).await,
            Verdict::Right
        );
        assert_eq!(verify("wrong", Some(kept)).await, Verdict::Wrong);
        assert_eq!(verify("wrong", None).await, Verdict::Wrong);
        assert_eq!(
            verify("wrong", Some("no hash".to_owned())).await,
            Verdict::Wrong
        );
    }

    #[test]
    fn a_hash_of_bcrypt_lets_in_and_is_replaced() {
        let kept = bcrypt::hash("correct horse", 4).unwrap();
        let Verdict::RightButHashedOldly(better) = verify_now("correct horse", &kept) else {
            panic!("not let in");
        };
        assert_eq!(verify_now("correct horse", &better), Verdict::Right);
        assert_eq!(verify_now("wrong", &kept), Verdict::Wrong);
    }

    #[test]
    fn a_cheaper_argon2_is_replaced() {
        let cheap = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        );
        let kept: PasswordHash = cheap.hash_password(b"correct horse").unwrap();
        let kept = kept.to_string();
        let verdict = verify_now("correct horse", &kept);
        assert!(
            matches!(verdict, Verdict::RightButHashedOldly(_)),
            "{verdict:?}"
        );
    }

    #[test]
    fn a_password_has_a_shortest_and_a_longest() {
        assert!(check("/password", "123456789").is_err());
        assert!(check("/password", "1234567890").is_ok());
        assert!(check("/password", &"x".repeat(257)).is_err());
    }
}
