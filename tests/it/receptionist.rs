//! The receptionist in whole dialogues: does the caller get what they came for, and is everything
//! true that they are told?
//!
//! `TRUNKLINE_DIALOGUES=salon cargo test --test it receptionist -- --nocapture` plays those whose id
//! has this in it, and prints what was said.

mod calendar;
mod dialogue;
mod facts;
mod stage;

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use agents::receptionist::Receptionist;
use futures_util::{StreamExt, stream};

use crate::harness::Db;
use stage::Played;

/// The folder of the described businesses.
pub(crate) fn businesses() -> std::path::PathBuf {
    dialogue::data().join("businesses")
}

/// Of a hundred dialogues, so many must come to what the caller wanted.
const COMPLETED_PERCENT: usize = 90;

#[tokio::test(flavor = "multi_thread")]
async fn callers_get_what_they_came_for_and_nothing_is_invented() {
    let wanted = std::env::var("TRUNKLINE_DIALOGUES").unwrap_or_default();
    let mut dialogues = dialogue::read_all();
    dialogues.retain(|dialogue| dialogue.id.contains(&wanted));
    assert!(
        !dialogues.is_empty(),
        "no dialogue has {wanted:?} in its id"
    );
    let db = Db::seeded().await;
    // A node makes its months before the first call.
    for dialogue in &dialogues {
        let began = dialogue.clock.to_utc();
        db.store.prepare_partitions(began).await.unwrap();
    }
    let played: Vec<Played> = stream::iter(dialogues.iter().enumerate())
        .map(|(number, dialogue)| stage::play(dialogue, number, &db, Arc::new(Receptionist::new())))
        .buffered(8)
        .collect()
        .await;
    let completed = played.iter().filter(|p| p.missed.is_empty()).count();
    let invented: usize = played.iter().map(|p| p.invented.len()).sum();
    let report = report(&played, !wanted.is_empty());
    show(&report);
    assert!(
        completed * 100 >= played.len() * COMPLETED_PERCENT,
        "{completed} of {} dialogues completed\n{report}",
        played.len()
    );
    assert_eq!(invented, 0, "facts invented\n{report}");
}

/// The figures by style, and what went wrong; `whole` adds every word.
fn report(played: &[Played], whole: bool) -> String {
    let mut styles: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in played {
        for style in &one.style {
            let (completed, all) = styles.entry(style).or_default();
            *completed += usize::from(one.missed.is_empty());
            *all += 1;
        }
    }
    let completed = played.iter().filter(|p| p.missed.is_empty()).count();
    let invented: usize = played.iter().map(|p| p.invented.len()).sum();
    let mut text = format!(
        "receptionist: {completed} of {} dialogues completed, {invented} facts invented\n",
        played.len()
    );
    for (style, (completed, all)) in styles {
        let _ = writeln!(text, "  {style:<20} {completed:>3} of {all}");
    }
    for one in played {
        let wrong = !one.missed.is_empty() || !one.invented.is_empty();
        if wrong || whole {
            let _ = writeln!(text, "{}", one.id);
            for missed in &one.missed {
                let _ = writeln!(text, "  MISSED   {missed}");
            }
            for fact in &one.invented {
                let _ = writeln!(text, "  INVENTED {fact}");
            }
            text += &one.transcript;
        }
    }
    text
}

#[expect(clippy::print_stdout, reason = "figures are for whoever runs the test")]
fn show(report: &str) {
    println!("{report}");
}
