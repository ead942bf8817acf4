//! Links the floor as the skill is linked: what that saves at a start it is to save here too.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bin=floor=-no-pie");
    }
}
