//! The targets of the binary's own crate: webhooks and their signatures, the list of models.

use media::dtmf::Digit;
use secrecy::SecretString;
use tenant_config::phone::E164;
use trunkline::{
    models::manifest::Manifest,
    twilio::{
        form::{Form, InboundCall},
        signature::{PublicOrigin, Signed, Verifier},
    },
};

/// Name and work of a target, as in `mod.rs`.
type Target = (&'static str, fn(&[u8]));

pub(crate) const TARGETS: &[Target] = &[
    ("webhook", webhook),
    ("signature", signature),
    ("models", models),
];

/// The form of a webhook.
fn webhook(data: &[u8]) {
    let form = Form::parse(data);
    let _ = InboundCall::read(&form);
    let _ = form.call_status();
    let _ = form.is_from_sip();
    if let Some(caller) = form.caller() {
        let again = E164::normalise(caller.as_str());
        assert_eq!(again.as_ref(), Ok(&caller));
    }
    let keys = form.digits();
    assert!(keys.len() <= 64);
    assert!(keys.chars().all(|key| Digit::try_from(key).is_ok()));
}

/// The public origin, a path and a form, each on a line of its own: what is signed for them is
/// accepted, and nothing else.
fn signature(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (origin, path, body) = (line(), line(), line());
    let Ok(origin) = origin.parse::<PublicOrigin>() else {
        return;
    };
    let path = format!("/{path}");
    let form = Form::parse(body.as_bytes());
    let verifier = Verifier::new(vec![SecretString::from("token")], origin).expect("a token");

    let signed = verifier.sign_form(&path, form.fields());
    let plain = Signed::plain(&signed);
    assert!(verifier.verify_form(&path, form.fields(), plain).is_ok());
    let longer = format!("{signed}=");
    let longer = Signed::plain(&longer);
    assert!(verifier.verify_form(&path, form.fields(), longer).is_err());
    assert!(
        verifier
            .verify_form(&path, form.fields(), Signed::plain(&body))
            .is_err()
            || body == signed
    );

    // One slash at the end is the carrier's choice, more are another path.
    let upgrade = path.split('?').next().unwrap_or_default();
    let upgrade = upgrade.trim_end_matches('/');
    let signed = verifier.sign_upgrade(upgrade);
    assert!(
        verifier
            .verify_upgrade(upgrade, Signed::plain(&signed))
            .is_ok()
    );
    let _ = verifier.verify_json(&path, body.as_bytes(), Signed::plain(&signed));
}

/// `models.toml`.
fn models(data: &[u8]) {
    let _ = Manifest::parse(&String::from_utf8_lossy(data));
}
