//! The boards, by their [platform ids](https://docs.particle.io/reference/product-lifecycle/product-lifecycle/).

/// Each id with the name of the board.
pub(crate) const NAMES: &[(u32, &str)] = &[
    (0, "Core"),
    (6, "Photon"),
    (8, "P1"),
    (10, "Electron"),
    (12, "Argon"),
    (13, "Boron"),
    (14, "Xenon"),
    (22, "A SoM"),
    (23, "B SoM"),
    (25, "B5 SoM"),
    (26, "Tracker"),
    (32, "Photon 2"),
    (35, "M SoM"),
];
