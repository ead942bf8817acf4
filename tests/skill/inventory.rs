//! How much is left: what may be described, and what Alexa is told of it.

use alexa_for_particle::description::Description;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn each_level_is_declared_in_its_measure() {
    let world = World::sample().await;
    let (response, _) = world.send_file("Discovery.Discover").await;
    let endpoints = response["event"]["payload"]["endpoints"].as_array();
    let declared: Vec<_> = endpoints
        .unwrap()
        .iter()
        .filter(|endpoint| endpoint["endpointId"] == "cafe00000000000000000042")
        .flat_map(|endpoint| endpoint["capabilities"].as_array().unwrap())
        .filter(|capability| capability["interface"] == "Alexa.InventoryLevelSensor")
        .map(|capability| {
            (
                capability["instance"].as_str(),
                &capability["configuration"],
            )
        })
        .map(|(instance, configuration)| {
            assert_eq!(configuration["replenishment"], json!({}));
            (instance.unwrap(), configuration["measurement"].clone())
        })
        .collect();
    assert_eq!(
        declared,
        [
            ("inventory.dry_food", json!({ "@type": "Percentage" })),
            ("inventory.treats", json!({ "@type": "Count" })),
            (
                "inventory.bowl",
                json!({ "@type": "Weight", "unit": "GRAM" })
            ),
            (
                "inventory.water_tank",
                json!({ "@type": "Volume", "unit": "LITER" })
            ),
        ]
    );
}

#[test]
fn a_mistake_in_an_inventory_is_shown_where_it_is() {
    for (inventory, expected) in [
        (
            r#"{ variable = "v", measure = "count" }"#,
            "13: it needs `names`: what one calls it, such as names = [\"speed\"]",
        ),
        (
            r#"{ names = "food", measure = "count" }"#,
            "13: it needs a `variable`: what else would tell it?",
        ),
        (
            r#"{ names = "food", variable = "v" }"#,
            "13: it needs a `measure`: \"percent\", \"count\", \"volume\" or \"weight\"",
        ),
        (
            r#"{ names = "food", variable = "v", measure = "weight", unit = "gramm" }"#,
            "74: unknown unit `gramm`; did you mean `gram`?",
        ),
        (
            r#"{ names = "food", function = "f" }"#,
            "31: unknown key `function`; known are id, names, variable, pointer, measure, unit, scale",
        ),
    ] {
        let notes = format!("[alexa]\ninventory = {inventory}");
        let description = Description::in_notes(&notes).unwrap();
        let mistakes: Vec<_> = description
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            mistakes,
            [format!("line 2, column {expected}")],
            "{inventory}"
        );
    }
}
