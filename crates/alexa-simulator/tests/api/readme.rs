//! The tables of the README: what can be asked for, they tell.

use alexa_simulator::Operation;

const README: &str = include_str!("../../README.md");

#[test]
fn every_operation_has_a_row() {
    for operation in Operation::ALL {
        let row = format!(
            "\n| `{} {}` | `{operation}` |",
            operation.method(),
            operation.path()
        );
        assert!(README.contains(&row), "README.md has no row {row}");
    }
}
