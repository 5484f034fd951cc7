//! Whose a text is: the same look-up as for a call, through the same door.

use super::Scene;
use crate::{
    harness::{AI_VOICE, SIMPLE},
    node::Minds,
};

/// Another tenant, with a line and a messaging service.
const OTHER_TENANT: &str = "
    INSERT INTO app.tenants (id, slug, company_name)
      VALUES ('01900000-0000-7000-8000-00000000aaaa', 'other', 'Other Ltd');
    INSERT INTO app.tenant_phone_config
      (id, tenant_id, phone_number, messaging_service_sid, ivr_mode, forward_to, fallback)
      VALUES ('01900000-0000-7000-8000-00000000bbbb', '01900000-0000-7000-8000-00000000aaaa',
              '+12025550188', 'MG1', 'simple', '+12025550189', '{\"kind\": \"voicemail\"}');";

const OTHER: &str = "01900000-0000-7000-8000-00000000aaaa";

async fn scene() -> Scene {
    let scene = Scene::of(Minds::hearing(&[])).await;
    scene.db.arrange(OTHER_TENANT).await;
    scene
}

impl Scene {
    /// A column of a stored text.
    async fn stored(&self, sid: &str, column: &str) -> Option<String> {
        let sql =
            format!("SELECT {column}::text FROM app.messages WHERE provider_message_id = '{sid}'");
        self.db.value(&sql).await
    }
}

#[tokio::test]
async fn a_text_is_of_the_tenant_whose_number_it_was_written_to() {
    let scene = scene().await;
    let ours = scene.texter.writes(AI_VOICE, "Hello").await;
    let theirs = scene.texter.writes("+12025550188", "Hello").await;
    assert_eq!(
        scene.stored(&ours, "tenant_id").await.unwrap(),
        scene.db.demo.to_string()
    );
    assert_eq!(scene.stored(&theirs, "tenant_id").await.unwrap(), OTHER);
    assert_eq!(
        scene
            .stored(&ours, "phone_config_id IS NOT NULL")
            .await
            .unwrap(),
        "true"
    );
    // The same number is a contact of each.
    let contacts = "SELECT count(DISTINCT tenant_id)::text FROM app.contacts";
    assert_eq!(scene.db.value(contacts).await.unwrap(), "2");
}

#[tokio::test]
async fn a_text_to_a_messaging_service_is_of_the_tenant_that_has_it() {
    let scene = scene().await;
    let more = [("MessagingServiceSid", "MG1"), ("To", "+12025550170")];
    let sid = scene.texter.writes_more("", "Hello", &more).await;
    assert_eq!(scene.stored(&sid, "tenant_id").await.unwrap(), OTHER);
}

#[tokio::test]
async fn a_messaging_service_wins_over_the_number() {
    let scene = scene().await;
    let more = [("MessagingServiceSid", "MG1")];
    let sid = scene.texter.writes_more(AI_VOICE, "Hello", &more).await;
    assert_eq!(scene.stored(&sid, "tenant_id").await.unwrap(), OTHER);
}

#[tokio::test]
async fn numbers_are_read_however_they_are_written() {
    let scene = scene().await;
    let more = [("From", " 1 (918) 555-0142"), ("To", " 1 918-555-0103")];
    let sid = scene.texter.writes_more("", "Hello", &more).await;
    assert_eq!(
        scene.stored(&sid, "tenant_id").await.unwrap(),
        scene.db.demo.to_string()
    );
    assert_eq!(
        scene.stored(&sid, "from_e164 || to_e164").await.unwrap(),
        "+19185550142+19185550103"
    );
    let contact = "SELECT e164 FROM app.contacts";
    assert_eq!(scene.db.value(contact).await.unwrap(), "+19185550142");
}

#[tokio::test]
async fn a_text_to_nobodys_number_is_roots_and_is_not_answered() {
    let scene = scene().await;
    let _working = scene.work();
    let sid = scene.texter.writes("+12025550177", "Hello").await;
    let root = scene
        .db
        .value("SELECT id::text FROM app.tenants WHERE is_root")
        .await;
    assert_eq!(scene.stored(&sid, "tenant_id").await, root);
    scene.settled().await;
    assert_eq!(
        scene
            .db
            .value("SELECT count(*)::text FROM app.jobs")
            .await
            .unwrap(),
        "0"
    );
    assert_eq!(scene.carrier.texts().len(), 0);
}

#[tokio::test]
async fn a_number_leads_to_the_same_tenant_by_text_and_by_voice() {
    let scene = scene().await;
    for (n, number) in [SIMPLE, AI_VOICE, "+12025550188"].into_iter().enumerate() {
        let text = scene.texter.writes(number, "Hello").await;
        let call = format!("CA0123456789abcdef0123456789abcde{n}");
        let form = [
            ("CallSid", call.as_str()),
            ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
            ("From", crate::node::CALLER),
            ("To", number),
            ("CallStatus", "ringing"),
            ("Direction", "inbound"),
        ];
        let said = scene.texter.asks("/twilio/voice/incoming", &form).await;
        assert_eq!(said.status(), 200);
        let place = "tenant_id::text || ' ' || phone_config_id::text";
        let called = format!("SELECT {place} FROM app.calls WHERE provider_call_id = '{call}'");
        assert_eq!(
            scene.stored(&text, place).await,
            scene.db.value(&called).await
        );
    }
}
