//! Every provider under every toxic: the call ends politely or goes on, the CDR says who failed at
//! which stage and how, and nothing hangs.

use std::time::Duration;

use bench::{CallReport, Ending, Step, place_call};
use futures_util::future::join_all;
use openai_compatible::{
    OpenAiChat, OpenAiConfig, OpenAiRecognizer, OpenAiSpeech, Timeouts,
    standin::{KEY, StandIn},
};

use crate::{
    chaos::{Chaos, Toxic, Upstream},
    node::{Minds, Node, speak},
};

/// What the toxic lets become of the call.
#[derive(Debug, Clone, Copy)]
enum Expected {
    /// The agent apologises and the fallback is taken; the failure has one of these codes.
    HandsOver(&'static [&'static str]),
    /// The caller notices at most that it takes longer.
    GoesOn,
}
use Expected::{GoesOn, HandsOver};

/// Nothing of the answer's body has come after so many bytes: the head alone is longer.
const IN_THE_HEAD: usize = 40;

const TOXICS: [(Toxic, Expected); 7] = [
    (Toxic::Delay(Duration::from_millis(150)), GoesOn),
    (
        Toxic::Delay(Duration::from_secs(6)),
        HandsOver(&["timed_out"]),
    ),
    (Toxic::StallAfter(IN_THE_HEAD), HandsOver(&["timed_out"])),
    (
        Toxic::ResetAfter(IN_THE_HEAD),
        HandsOver(&["dropped", "unreachable"]),
    ),
    (
        Toxic::GarbageAfter(IN_THE_HEAD),
        HandsOver(&["invalid", "dropped", "unreachable", "timed_out"]),
    ),
    (Toxic::Refuse, HandsOver(&["unreachable"])),
    (Toxic::Slow(8), HandsOver(&["timed_out"])),
];

fn config(proxy: &Chaos) -> OpenAiConfig {
    let timeouts = Timeouts {
        connect: Duration::from_millis(1_500),
        first: Duration::from_secs(3),
        between: Duration::from_secs(2),
        total: Duration::from_secs(10),
    };
    let url = format!("http://{}/v1", proxy.address);
    OpenAiConfig::parse(&url, Some(KEY.into()), "local", timeouts).unwrap()
}

/// Which provider is behind the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Asr,
    Chat,
    Tts,
}

impl Behind {
    const fn stage(self) -> &'static str {
        match self {
            Self::Asr => "asr",
            Self::Chat => "llm",
            Self::Tts => "tts",
        }
    }

    fn minds(self, proxy: &Chaos) -> Minds {
        let minds = Minds::hearing(&["Hello?"; 8]);
        let config = config(proxy);
        match self {
            Self::Asr => minds
                .saying(&["I see."; 8])
                .listening(OpenAiRecognizer::new(config, None).unwrap()),
            Self::Chat => minds.thinking(OpenAiChat::new(config).unwrap()),
            Self::Tts => {
                let voice = OpenAiSpeech::new(config, "alloy", OpenAiSpeech::PCM_RATE);
                minds.saying(&["I see."; 8]).speaking(voice.unwrap())
            }
        }
    }
}

async fn call_under(behind: Behind, toxic: Toxic) -> (String, CallReport) {
    let server = StandIn::start().await.unwrap();
    let proxy = Chaos::before(Upstream::Tcp(server.address())).await;
    proxy.set(toxic);
    let node = Node::start(behind.minds(&proxy).providers()).await;
    let steps = vec![speak(900), speak(900), Step::Wait(Duration::from_secs(2))];
    let options = node.call(steps);
    let placed = tokio::time::timeout(Duration::from_secs(80), place_call(&options)).await;
    let report = placed.expect("nothing hangs").unwrap();
    node.settled().await;
    let cdr = "SELECT concat_ws(' ', end_reason, failed_stage, split_part(failed_provider, ':', 1), failed_code)
               FROM app.calls";
    (node.db.value(cdr).await.unwrap(), report)
}

async fn under_every_toxic(behind: Behind) {
    let calls = TOXICS.map(|(toxic, expected)| async move {
        let (cdr, report) = call_under(behind, toxic).await;
        let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
        let told = format!("{behind:?} under {toxic:?}: {cdr}, {verbs:?}");
        match expected {
            GoesOn => {
                let is_well = report.ending == Ending::CallerHungUp && cdr == "caller_hung_up";
                (is_well, told)
            }
            HandsOver(codes) => {
                let stage = behind.stage();
                let told_why = codes
                    .iter()
                    .any(|code| cdr == format!("agent_unavailable {stage} openai {code}"));
                let falls_back = verbs.contains(&"Dial") || verbs.contains(&"Record");
                (told_why && falls_back, told)
            }
        }
    });
    let wrong: Vec<_> = join_all(calls)
        .await
        .into_iter()
        .filter(|(is_right, _)| !is_right)
        .map(|(_, told)| told)
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recognizer_under_every_toxic() {
    under_every_toxic(Behind::Asr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_under_every_toxic() {
    under_every_toxic(Behind::Chat).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_under_every_toxic() {
    under_every_toxic(Behind::Tts).await;
}
