//! Links the function at a fixed address where it is deployed, which is Linux.
//!
//! One that can be loaded anywhere holds some 6,000 addresses to be put right at every cold start: 13 KB of a package
//! that is to stay below 2 MB. What is given up for it is that the program's own code lies elsewhere each time, which
//! hinders who has found a way to write where they should not, in one of the libraries: the project's own code is not
//! `unsafe`. The stack, the heap and what is linked dynamically still do, and each instance is alone in its virtual machine.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bin=skill=-no-pie");
    }
}
