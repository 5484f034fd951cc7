//! What the caller does, in the order in which it stands on the command line.

use std::{path::Path, sync::Arc, time::Duration};

use bench::Step;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use super::sound::CallerVoice;

/// One thing on the command line.
#[derive(Debug, Clone)]
enum Part {
    /// A WAV file or a text.
    Say(String),
    /// The utterance before this is spoken over the agent.
    BargeIn(Duration),
    Press(String),
    Wait(Duration),
    HangUp,
}

/// The caller's steps. Flags of different names keep their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps(Vec<Part>);

impl Steps {
    /// Reads the files and has the texts spoken.
    pub(super) fn prepare(&self, voice: &CallerVoice) -> anyhow::Result<Vec<Step>> {
        let mut steps = Vec::new();
        for part in &self.0 {
            match part {
                Part::Say(what) => {
                    let samples_8k: Arc<[i16]> = voice.sound_of(what)?.into();
                    steps.push(Step::Say {
                        name: name_of(what),
                        samples_8k,
                    });
                }
                Part::BargeIn(after) => match steps.pop() {
                    Some(Step::Say { samples_8k, .. }) => {
                        steps.push(Step::BargeIn {
                            after: *after,
                            samples_8k,
                        });
                    }
                    _ => anyhow::bail!("--barge-in must follow the --say that it makes impatient"),
                },
                Part::Press(digits) => {
                    steps.push(Step::WaitForAgent {
                        quiet: Duration::from_millis(300),
                        at_most: Duration::from_secs(15),
                    });
                    steps.push(Step::Press {
                        digits: digits.clone(),
                    });
                }
                Part::Wait(time) => steps.push(Step::Wait(*time)),
                Part::HangUp => steps.push(Step::HangUp),
            }
        }
        Ok(steps)
    }
}

fn name_of(what: &str) -> String {
    Path::new(what)
        .extension()
        .filter(|end| end.eq_ignore_ascii_case("wav"))
        .and(Path::new(what).file_name())
        .map_or_else(
            || what.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches("ms").trim_end_matches('s');
    let value: f64 = number
        .parse()
        .map_err(|_| format!("{text:?} is no time: write 1.5s or 800ms"))?;
    if !(0.0..=3600.0).contains(&value) {
        return Err(format!("{text:?} is not between 0 and 3600 seconds"));
    }
    let unit = if text.ends_with("ms") { 0.001 } else { 1.0 };
    Ok(Duration::from_secs_f64(value * unit))
}

fn keys(text: &str) -> Result<String, String> {
    let valid = !text.is_empty()
        && text
            .chars()
            .all(|key| media::dtmf::Digit::try_from(key).is_ok());
    if valid {
        Ok(text.to_owned())
    } else {
        Err("keys are 0-9, *, # and A-D".to_owned())
    }
}

impl FromArgMatches for Steps {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut parts: Vec<(usize, Part)> = Vec::new();
        collect(matches, "say", &mut parts, |text: String| Part::Say(text));
        collect(matches, "barge-in", &mut parts, Part::BargeIn);
        collect(matches, "dtmf", &mut parts, Part::Press);
        collect(matches, "wait", &mut parts, Part::Wait);
        if matches.get_flag("hang-up") {
            parts.push((usize::MAX, Part::HangUp));
        }
        parts.sort_by_key(|(at, _)| *at);
        Ok(Self(parts.into_iter().map(|(_, part)| part).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn collect<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    name: &str,
    parts: &mut Vec<(usize, Part)>,
    make: impl Fn(T) -> Part,
) {
    let places = matches.indices_of(name).into_iter().flatten();
    let values = matches.get_many::<T>(name).into_iter().flatten().cloned();
    parts.extend(places.zip(values.map(make)));
}

impl Args for Steps {
    fn augment_args(command: Command) -> Command {
        let flag = |name: &'static str, value: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .action(ArgAction::Append)
        };
        command
            .arg(flag("say", "WAV|TEXT").help(
                "Speak a WAV file (8 kHz or more, mono or stereo) or a text, once the agent has finished",
            ))
            .arg(flag("barge-in", "TIME").value_parser(seconds).help(
                "Speak the --say before this over the agent, so long after it begins (1.5s, 800ms)",
            ))
            .arg(flag("dtmf", "KEYS").value_parser(keys).help("Press keys"))
            .arg(flag("wait", "TIME").value_parser(seconds).help("Do nothing for a while"))
            .arg(
                Arg::new("hang-up")
                    .long("hang-up")
                    .action(ArgAction::SetTrue)
                    .help("Hang up after the last step instead of waiting for the agent to"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Steps, Error> {
        let command = Steps::augment_args(Command::new("call"));
        let matches = command.try_get_matches_from([&["call"], args].concat())?;
        Steps::from_arg_matches(&matches)
    }

    #[test]
    fn steps_keep_the_order_of_the_command_line() {
        let line = [
            "--say",
            "a",
            "--dtmf",
            "7",
            "--say",
            "b",
            "--barge-in",
            "1.5s",
        ];
        let steps = parse(&line).unwrap();
        assert!(matches!(
            steps.0.as_slice(),
            [Part::Say(a), Part::Press(keys), Part::Say(b), Part::BargeIn(after)]
                if a == "a" && keys == "7" && b == "b" && after.as_millis() == 1500
        ));
    }

    #[test]
    fn bad_times_and_keys_are_refused() {
        assert!(parse(&["--barge-in", "soon"]).is_err());
        assert!(parse(&["--wait", "-1s"]).is_err());
        assert!(parse(&["--dtmf", "1x"]).is_err());
    }
}
