//! A picture: a group of lines for each thing that takes time, the longest of a group as long as there is room.

use std::fmt::Write as _;

use crate::measure::{Findings, Scenario};
use crate::statistics::Summary;
use crate::subject::Who;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 210.0;
const RIGHT: f64 = 150.0;
const LINE: f64 = 18.0;
const GROUP_GAP: f64 = 14.0;
const TOP: f64 = 64.0;

struct Group {
    title: String,
    lines: Vec<(Who, Summary)>,
}

/// An SVG of all times.
pub(crate) fn plot(findings: &Findings) -> String {
    let groups = groups(findings);
    let mut body = String::new();
    let mut y = TOP;
    for group in &groups {
        draw(&mut body, group, &mut y);
    }
    let (height, machine) = (y + GROUP_GAP, escaped(&findings.machine.to_string()));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-size=\"16\" font-weight=\"bold\">Time of a directive, ms</text>\n\
         <text x=\"10\" y=\"42\" font-size=\"10\" fill=\"#555\">Medians, with the quartiles; each group has its own scale. {machine}</text>\n\
         {body}</svg>\n"
    )
}

fn groups(findings: &Findings) -> Vec<Group> {
    let cold = Group {
        title: "Cold start".to_owned(),
        lines: findings
            .cold
            .iter()
            .map(|cold| (cold.who, cold.total.clone()))
            .collect(),
    };
    let warm = Scenario::all().map(|scenario| Group {
        title: format!("{scenario}, {} ms away", scenario.latency.as_millis()),
        lines: findings
            .warm
            .iter()
            .filter(|warm| warm.scenario == scenario)
            .map(|warm| (warm.who, warm.time.clone()))
            .collect(),
    });
    [cold]
        .into_iter()
        .chain(warm)
        .filter(|group| !group.lines.is_empty())
        .collect()
}

fn draw(body: &mut String, group: &Group, y: &mut f64) {
    let longest = group
        .lines
        .iter()
        .map(|(_, time)| time.upper_quartile)
        .fold(f64::MIN_POSITIVE, f64::max);
    let place = |time: f64| LEFT + (WIDTH - LEFT - RIGHT) * time / longest;
    let title = escaped(&group.title);
    let base = *y + 12.0;
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        body,
        "<text x=\"10\" y=\"{base}\" font-weight=\"bold\">{title}</text>"
    );
    for (who, time) in &group.lines {
        let (top, base, middle) = (*y + 2.0, *y + 12.0, *y + 8.0);
        let (colour, name) = (colour(*who), who.to_string());
        let (end, lower, upper) = (
            place(time.median),
            place(time.lower_quartile),
            place(time.upper_quartile),
        );
        let (length, label, figure) = (end - LEFT, LEFT - 8.0, upper + 8.0);
        let _ = writeln!(
            body,
            "<text x=\"{label:.0}\" y=\"{base}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{length:.1}\" height=\"12\" fill=\"{colour}\"/>\
             <line x1=\"{lower:.1}\" x2=\"{upper:.1}\" y1=\"{middle}\" y2=\"{middle}\" stroke=\"#000\"/>\
             <text x=\"{figure:.1}\" y=\"{base}\">{:.2}</text>",
            time.median
        );
        *y += LINE;
    }
    *y += GROUP_GAP;
}

/// Distinct to those as well who see few colours.
fn colour(who: Who) -> &'static str {
    match who {
        Who::Skill => "#0072b2",
        Who::Floor => "#56b4e9",
        Who::Node => "#e69f00",
        Who::Cloud => "#999999",
    }
}

/// As text in XML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
