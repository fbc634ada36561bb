//! What is out there and what is not.

use super::*;
use reqwest::Client;

#[test]
fn an_address_that_leads_inside_is_refused_however_it_is_written() {
    let of = |reach: Reach, text: &str| reach.check(&Url::parse(text).unwrap());
    for private in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://receiver.localhost/",
    ] {
        assert_eq!(
            of(Reach::Public, private),
            Err(Unreachable::Private),
            "{private}"
        );
        assert_eq!(of(Reach::Anywhere, private), Ok(()), "{private}");
    }
    assert_eq!(
        of(Reach::Public, "http://example.com/"),
        Err(Unreachable::NotHttps)
    );
    assert_eq!(of(Reach::Anywhere, "http://example.com/"), Ok(()));
    for reach in [Reach::Public, Reach::Anywhere] {
        assert_eq!(of(reach, "https://example.com:8443/hook?a=b"), Ok(()));
        assert_eq!(of(reach, "file:///etc/passwd"), Err(Unreachable::NotHttps));
        assert_eq!(
            of(reach, "https://u:p@example.com/"),
            Err(Unreachable::WithUser)
        );
    }
}

#[tokio::test]
async fn a_name_of_our_own_network_is_not_resolved() {
    let client = Reach::Public.limit(Client::builder()).build().unwrap();
    let error = client.get("https://localhost/").send().await;
    assert!(error.unwrap_err().is_connect());
    let error = client.get("http://localhost/").send().await;
    assert!(error.unwrap_err().is_builder(), "only by TLS");
}

#[test]
fn addresses_of_our_own_network_are_not_public() {
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.88.99.1",
        "192.0.0.8",
        "198.18.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::1",
        "::",
        "::7f00:1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001::1",
        "2001:0:53aa:64c::1",
        "2001:db8::1",
        "3fff::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
    for public in [
        "157.240.1.1",
        "2a03:2880:f003::1",
        "::ffff:157.240.1.1",
        "64:ff9b::9df0:101",
        "2001:4860:4860::8888",
        "2002:9df0:101::1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
}
