//! The relay's redirects beside those of `linking`, by which skills and clients are set up. There are two tables, because
//! nothing that the relay is made of speaks HTTP by itself, as that crate does; they have to say the same.

use linking::id::VendorId;
use linking::region::redirect_uris;
use proptest::prelude::*;
use relay::redirect::{Host, Vendor};

use crate::browser::VENDOR;

#[test]
fn the_relay_sends_customers_where_clients_are_set_up_for() {
    for text in [VENDOR, "M", "A1B2C3D4E5F6G7H8I9J0"] {
        let vendor: Vendor = text.parse().unwrap();
        let own = Host::ALL.map(|host| vendor.redirect_uri(host));
        assert_eq!(own, redirect_uris(&text.parse().unwrap()));
    }
}

proptest! {
    #[test]
    fn a_vendor_here_is_one_there(text in "[A-Z0-9]{0,22}|[A-Za-z0-9./ -]{0,4}") {
        prop_assert_eq!(text.parse::<Vendor>().is_ok(), text.parse::<VendorId>().is_ok());
    }
}
