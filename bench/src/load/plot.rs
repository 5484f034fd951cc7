//! A run as pictures: SVG written by hand, since two kinds of plot need no library.
//!
//! `latency.svg` has each duration by quantile, the last ones spread out; `timeline.svg` has live
//! calls, CPU and memory over time.

use std::fmt::Write as _;

use super::{sampler::Sample, summary::Summary};

/// File name and content of each picture.
pub(super) fn plots(summary: &Summary) -> Vec<(&'static str, String)> {
    vec![
        ("latency.svg", latency(summary)),
        ("timeline.svg", timeline(&summary.samples)),
    ]
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#666666",
];

/// A named line; x and y in their own units.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

struct Axes {
    title: String,
    /// Place of each label.
    x_labels: Vec<(f64, String)>,
    x_most: f64,
    unit: &'static str,
}

fn latency(summary: &Summary) -> String {
    let shares = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
    // One step for each nine: 90 %, 99 %, 99.9 %.
    let place = |share: f64| -(1.0 - share).log10();
    let lines = summary.curves.iter().map(|curve| Line {
        name: curve.name.to_owned(),
        points: curve
            .points
            .iter()
            .map(|&(ms, share)| (place(share.min(0.999_999)), ms))
            .collect(),
    });
    let axes = Axes {
        title: format!("{}: ms within which this share lies", summary.scenario),
        x_labels: shares
            .iter()
            .map(|&share| (place(share), format!("{} %", (share * 1e7).round() / 1e5)))
            .collect(),
        x_most: place(0.999_99),
        unit: "ms",
    };
    page(&[panel(0.0, &axes, &lines.collect::<Vec<_>>())])
}

fn timeline(samples: &[Sample]) -> String {
    let last = samples.last().map_or(1, |sample| sample.at_ms.max(1)) as f64 / 1_000.0;
    let axes = |title: &str, unit| Axes {
        title: title.to_owned(),
        x_labels: (0..=4)
            .map(|n| last * f64::from(n) / 4.0)
            .map(|at| (at, format!("{at:.0} s")))
            .collect(),
        x_most: last,
        unit,
    };
    let line = |name: &str, read: fn(&Sample) -> Option<f64>| Line {
        name: name.to_owned(),
        points: samples
            .iter()
            .filter_map(|s| Some((s.at_ms as f64 / 1_000.0, read(s)?)))
            .collect(),
    };
    let rate = |name: &str, read: fn(&Sample) -> Option<f64>| Line {
        name: name.to_owned(),
        points: samples
            .windows(2)
            .filter_map(|pair| {
                let seconds = (pair[1].at_ms.saturating_sub(pair[0].at_ms)) as f64 / 1_000.0;
                let spent = read(&pair[1])? - read(&pair[0])?;
                (seconds > 0.2).then(|| (pair[1].at_ms as f64 / 1_000.0, spent / seconds))
            })
            .collect(),
    };
    page(&[
        panel(
            0.0,
            &axes("live calls", ""),
            &[line("calls", |s| Some(s.live as f64))],
        ),
        panel(
            1.0,
            &axes("CPU", "cores"),
            &[
                rate("server", |s| s.server_cpu_s),
                rate("tool", |s| Some(s.own_cpu_s)),
            ],
        ),
        panel(
            2.0,
            &axes("memory", "MiB"),
            &[
                line("server RSS", |s| Some(s.server_rss_kib? as f64 / 1_024.0)),
                line("server PSS", |s| Some(s.server_pss_kib? as f64 / 1_024.0)),
            ],
        ),
        panel(
            3.0,
            &axes("tool: worst send of each second", "ms late"),
            &[line("late", |s| Some(s.worst_late_ms))],
        ),
    ])
}

fn page(panels: &[String]) -> String {
    let height = panels.len() as f64 * (HEIGHT + 2.0 * TOP);
    let width = WIDTH + LEFT + 200.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
        panels.concat()
    )
}

/// One plot in its row of the page.
fn panel(row: f64, axes: &Axes, lines: &[Line]) -> String {
    let top = TOP + row * (HEIGHT + 2.0 * TOP);
    let values = lines.iter().flat_map(|line| &line.points).map(|&(_, y)| y);
    let most = round_up(values.fold(0.0, f64::max));
    let x = |value: f64| LEFT + value.clamp(0.0, axes.x_most) / axes.x_most * WIDTH;
    let y = |value: f64| top + HEIGHT - value.max(0.0) / most * HEIGHT;
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.1}\" font-weight=\"bold\">{}</text>",
        top - 12.0,
        escaped(&axes.title)
    );
    for n in 0..=4 {
        let value = most * f64::from(n) / 4.0;
        let at = y(value);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}h{WIDTH}\" stroke=\"#dddddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} {}</text>",
            LEFT - 6.0,
            at + 4.0,
            short(value),
            if n == 4 { axes.unit } else { "" }
        );
    }
    for (at, label) in axes.x_labels.iter().filter(|(at, _)| *at <= axes.x_most) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            x(*at),
            top + HEIGHT + 18.0
        );
    }
    for (index, line) in lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let points = line
            .points
            .iter()
            .fold(String::new(), |mut text, &(at, value)| {
                let _ = write!(text, "{:.1},{:.1} ", x(at), y(value));
                text
            });
        let _ = writeln!(
            svg,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            LEFT + WIDTH + 10.0,
            top + 14.0 + 18.0 * index as f64,
            escaped(&line.name)
        );
    }
    svg
}

/// The next 1, 2 or 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let found = factors.iter().find(|&&factor| factor * power >= value);
    found.unwrap_or(&10.0) * power
}

fn short(value: f64) -> String {
    if value >= 10.0 || value == 0.0 {
        format!("{value:.0}")
    } else {
        let text = format!("{value:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, end) in [
            (0.0, 1.0),
            (0.7, 1.0),
            (1.1, 2.0),
            (37.0, 50.0),
            (100.0, 100.0),
        ] {
            assert!((round_up(value) - end).abs() < 1e-9, "{value}");
        }
        assert_eq!(
            (short(0.25), short(50.0)),
            ("0.25".to_owned(), "50".to_owned())
        );
    }

    #[test]
    fn a_timeline_is_whole_xml_with_a_line_for_each_figure() {
        let sample = |second: u64| Sample {
            at_ms: second * 1_000,
            live: second,
            own_cpu_s: second as f64 / 2.0,
            ..Sample::default()
        };
        let svg = timeline(&(0..5).map(sample).collect::<Vec<_>>());
        let mut reader = quick_xml::Reader::from_str(&svg);
        let mut lines = 0;
        let mut event = reader.read_event().unwrap();
        while event != quick_xml::events::Event::Eof {
            if let quick_xml::events::Event::Empty(tag) = &event {
                lines += u32::from(tag.name().as_ref() == "polyline");
            }
            event = reader.read_event().unwrap();
        }
        assert_eq!(lines, 6);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
