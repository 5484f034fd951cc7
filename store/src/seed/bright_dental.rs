//! Bright Smile Dental: a clinic in Tulsa with services, hours, questions, menus and three numbers,
//! one for each way of answering.

use std::time::Duration;

use chrono::NaiveTime;
use tenant_config::{
    id::{AgentId, IvrMenuId, PhoneConfigId, ServiceId},
    ivr::{IvrAction, IvrMenu, IvrOption},
    knowledge::{Faq, Service},
    phone::{DialTarget, E164, Fallback, IvrMode, PhoneConfig},
    voice::VoiceSettings,
};
use uuid::Uuid;

use super::insert::NewTenant;
use crate::{StoreError, TenantTx, error::read};

pub(super) const SLUG: &str = "bright-dental";

pub(super) async fn create(tx: &mut TenantTx) -> Result<(), StoreError> {
    tx.insert_tenant(&NewTenant {
        slug: SLUG,
        company_name: "Bright Smile Dental",
        timezone: "America/Chicago",
        currency: "USD",
        address: "1420 South Boston Avenue, Suite 200, Tulsa, Oklahoma 74119",
    })
    .await?;
    open(tx).await?;
    for (position, service) in SERVICES.iter().zip(0..).map(|(s, at)| (at, s.build())) {
        tx.insert_service(position, &service).await?;
    }
    for (position, (question, answer, keywords)) in (0..).zip(FAQS) {
        let faq = Faq {
            question: question.to_owned(),
            answer: answer.to_owned(),
            keywords: words(keywords),
        };
        tx.insert_faq(position, &faq).await?;
    }
    let agent = tx.insert_agent("Front desk", &front_desk()).await?;
    let menu = tx.insert_menu(&day_menu()?).await?;
    let closed_menu = tx.insert_menu(&night_menu()).await?;
    for line in lines(tx, agent, menu, closed_menu)? {
        tx.insert_line(&line).await?;
    }
    Ok(())
}

/// Monday to Friday 8 to 17, Saturday 9 to 13, Sunday closed.
async fn open(tx: &mut TenantTx) -> Result<(), StoreError> {
    let at = |hour| {
        let time = NaiveTime::from_hms_opt(hour, 0, 0);
        time.ok_or(StoreError::Invalid {
            what: "hour".to_owned(),
        })
    };
    for weekday in 0..5 {
        tx.insert_hours(weekday, at(8)?, at(17)?).await?;
    }
    tx.insert_hours(5, at(9)?, at(13)?).await
}

fn front_desk() -> VoiceSettings {
    VoiceSettings {
        agent_name: "Emma".to_owned(),
        prompt:
            "You are Emma, the receptionist of Bright Smile Dental. Be warm and brief: one or two \
                 short sentences. Use the tools for hours, services, prices and appointments, and \
                 never state a fact that no tool gave you. Give no medical advice; offer an \
                 appointment or a message instead."
                .to_owned(),
        ..VoiceSettings::default()
    }
}

fn day_menu() -> Result<IvrMenu, StoreError> {
    let support = IvrAction::Dial { to: team()? };
    Ok(IvrMenu {
        id: IvrMenuId(Uuid::now_v7()),
        name: "Main menu".to_owned(),
        prompt: "Thank you for calling Bright Smile Dental. To book an appointment, press 1. For \
                 billing and support, press 2. For our hours and address, press 3. To leave a \
                 message, press 7."
            .to_owned(),
        no_input_prompt: "I did not hear a key.".to_owned(),
        no_match_prompt: "Sorry, that key is not in use.".to_owned(),
        timeout: Duration::from_secs(6),
        max_attempts: 3,
        options: options(support),
        fallback: IvrAction::Voicemail,
    })
}

fn night_menu() -> IvrMenu {
    let closed = IvrAction::Say {
        text: "Our billing and support team is away until we open again. In a medical emergency, \
               please hang up and dial 911."
            .to_owned(),
    };
    IvrMenu {
        id: IvrMenuId(Uuid::now_v7()),
        name: "Closed menu".to_owned(),
        prompt: "Thank you for calling Bright Smile Dental. We are closed right now. To book an \
                 appointment with our assistant, press 1. For billing and support, press 2. For our \
                 hours and address, press 3. To leave a message, press 7."
            .to_owned(),
        no_input_prompt: "I did not hear a key.".to_owned(),
        no_match_prompt: "Sorry, that key is not in use.".to_owned(),
        timeout: Duration::from_secs(6),
        max_attempts: 3,
        options: options(closed),
        fallback: IvrAction::Voicemail,
    }
}

fn options(support: IvrAction) -> Vec<IvrOption> {
    let hours = IvrAction::Say {
        text: "We are open Monday to Friday from 8 A M to 5 P M, and Saturday from 9 A M to 1 P M. We \
               are at 1420 South Boston Avenue, Suite 200, in Tulsa."
            .to_owned(),
    };
    [
        ('1', "Appointments", IvrAction::AiVoice),
        ('2', "Billing and support", support),
        ('3', "Hours and address", hours),
        ('7', "Leave a message", IvrAction::Voicemail),
    ]
    .into_iter()
    .map(|(digit, label, action)| IvrOption {
        digit,
        label: label.to_owned(),
        action,
    })
    .collect()
}

fn lines(
    tx: &TenantTx,
    agent: AgentId,
    menu: IvrMenuId,
    closed_menu: IvrMenuId,
) -> Result<Vec<PhoneConfig>, StoreError> {
    let line = |number: &str, ivr_mode, fallback| -> Result<PhoneConfig, StoreError> {
        Ok(PhoneConfig {
            id: PhoneConfigId(Uuid::now_v7()),
            tenant_id: tx.tenant_id(),
            phone_number: Some(read("seed", "phone_number", E164::normalise(number))?),
            messaging_service_sid: None,
            ivr_mode,
            agent_id: Some(agent),
            ivr_menu_id: Some(menu),
            closed_menu_id: Some(closed_menu),
            forward_to: Some(team()?),
            dial_timeout: Duration::from_secs(20),
            overflow: None,
            fallback,
            record: true,
        })
    };
    Ok(vec![
        line("+19185550101", IvrMode::Simple, Fallback::Voicemail)?,
        line("+19185550102", IvrMode::Ivr, Fallback::Voicemail)?,
        line(
            "+19185550103",
            IvrMode::AiVoice,
            Fallback::Forward { to: team()? },
        )?,
    ])
}

/// The people at the clinic.
fn team() -> Result<DialTarget, StoreError> {
    read("seed", "forward_to", DialTarget::parse("+19185550199"))
}

struct ServiceText {
    name: &'static str,
    aliases: &'static str,
    description: &'static str,
    duration_min: u32,
    price_minor: i64,
}

impl ServiceText {
    fn build(&self) -> Service {
        Service {
            id: ServiceId(Uuid::now_v7()),
            name: self.name.to_owned(),
            aliases: words(self.aliases),
            description: self.description.to_owned(),
            duration_min: self.duration_min,
            price_minor: Some(self.price_minor),
        }
    }
}

const fn dollars(whole: i64) -> i64 {
    whole * 100
}

/// Splits at commas.
fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).collect()
}

const SERVICES: [ServiceText; 8] = [
    ServiceText {
        name: "Checkup",
        aliases: "check up, check-up, exam, dental exam, examination, routine visit",
        description: "A full examination with X-rays where they are needed.",
        duration_min: 30,
        price_minor: dollars(89),
    },
    ServiceText {
        name: "Cleaning",
        aliases: "teeth cleaning, dental cleaning, hygiene visit, polish",
        description: "Removal of plaque and tartar, and polishing.",
        duration_min: 45,
        price_minor: dollars(120),
    },
    ServiceText {
        name: "Whitening",
        aliases: "teeth whitening, bleaching, whiten",
        description: "In-office whitening in one visit.",
        duration_min: 60,
        price_minor: dollars(350),
    },
    ServiceText {
        name: "Filling",
        aliases: "cavity, cavity filling, fill a tooth",
        description: "A tooth-coloured filling of one tooth.",
        duration_min: 60,
        price_minor: dollars(180),
    },
    ServiceText {
        name: "Root canal",
        aliases: "root canal treatment, root treatment",
        description: "Treatment of an infected root, with local anaesthetic.",
        duration_min: 90,
        price_minor: dollars(950),
    },
    ServiceText {
        name: "Crown",
        aliases: "dental crown, cap",
        description: "A porcelain crown, made and fitted.",
        duration_min: 90,
        price_minor: dollars(1_100),
    },
    ServiceText {
        name: "Extraction",
        aliases: "tooth extraction, pull a tooth, tooth pulled, tooth removal",
        description: "Removal of one tooth with local anaesthetic.",
        duration_min: 45,
        price_minor: dollars(220),
    },
    ServiceText {
        name: "Emergency visit",
        aliases: "emergency, toothache, tooth pain, broken tooth, urgent visit",
        description: "Pain, swelling or a broken tooth, seen as soon as possible.",
        duration_min: 30,
        price_minor: dollars(140),
    },
];

/// Question, answer, keywords.
const FAQS: [(&str, &str, &str); 10] = [
    (
        "Where can I park?",
        "There is free parking behind the building, with an entrance on 15th Street.",
        "park, parking, car, garage",
    ),
    (
        "Do you take my insurance?",
        "We accept most dental plans, including Delta Dental, Cigna, MetLife and Aetna. Please bring \
         your insurance card.",
        "insurance, plan, coverage, covered, delta, cigna, metlife, aetna",
    ),
    (
        "Where are you located?",
        "We are at 1420 South Boston Avenue, Suite 200, in Tulsa.",
        "address, location, located, where, directions",
    ),
    (
        "Are you taking new patients?",
        "Yes, new patients are welcome. Please come ten minutes early to fill in a form.",
        "new patient, new patients, first visit, register",
    ),
    (
        "How can I pay?",
        "You can pay by cash, card or health savings account, and we offer monthly payment plans for \
         larger treatments.",
        "pay, payment, card, cash, financing, payment plan",
    ),
    (
        "What is your cancellation policy?",
        "Please cancel or move an appointment at least 24 hours ahead. Later than that there is a fee \
         of 40 dollars.",
        "cancellation policy, cancel fee, late, missed appointment, no show",
    ),
    (
        "Do you treat children?",
        "Yes, we treat children from the age of three.",
        "children, child, kids, kid, son, daughter, pediatric",
    ),
    (
        "What should I do in an emergency?",
        "For a dental emergency we keep time free every day, so we can usually see you the same day. \
         If you have trouble breathing or heavy bleeding, please hang up and dial 911.",
        "emergency, urgent, bleeding, swelling, accident",
    ),
    (
        "Do you offer sedation?",
        "Yes, we offer nitrous oxide and oral sedation. Please tell us when you book, and bring someone \
         to drive you home after oral sedation.",
        "sedation, nervous, anxious, afraid, laughing gas, sleep",
    ),
    (
        "What should I bring?",
        "Please bring a photo ID, your insurance card and a list of your medicines.",
        "bring, documents, id, papers",
    ),
];
