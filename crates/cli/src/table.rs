//! Tables that fit the terminal.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::endpoint::Endpoint;
use crate::output;
use crate::utterance;

const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// An endpoint and the device it is on.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) device: String,
    /// Whether the cloud believes it online.
    pub(crate) online: Option<bool>,
}

/// The endpoints as one would want to know them before speaking to Alexa.
pub(crate) fn of_endpoints<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> String {
    let mut table = of_columns(["Name", "Category", "What one can say", "Device", "Online"]);
    for row in rows {
        table.add_row([
            Cell::new(&row.endpoint.friendly_name).add_attribute(Attribute::Bold),
            Cell::new(row.endpoint.category()),
            Cell::new(utterance::say(row.endpoint)),
            Cell::new(row.device),
            online(row.online),
        ]);
    }
    table.trim_fmt()
}

/// A table with these headings and no rows yet.
pub(crate) fn of_columns<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(output::width()).unwrap_or(u16::MAX))
        // Colours are always in it; where they are not wanted, `output` takes them out.
        .enforce_styling()
        .set_header(headings.map(|heading| Cell::new(heading).add_attribute(Attribute::Bold)));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.style_text_only();
    table
}

/// Whether a device can be reached, as far as is known.
pub(crate) fn online(online: Option<bool>) -> Cell {
    match online {
        Some(true) => Cell::new("yes").fg(Color::Green),
        Some(false) => Cell::new("no").fg(Color::Red),
        None => Cell::new("?"),
    }
}
