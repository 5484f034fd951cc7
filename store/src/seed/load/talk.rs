//! What people say who were made up.

use super::numbers::Numbers;

/// First and second half of a company's own word, and its trade: 28 × 28 names.
pub(super) const COMPANIES: (&[&str], &[&str], &[&str]) = (
    &[
        "Willow", "Maple", "Harbor", "Silver", "Copper", "River", "Prairie", "Summit", "Cedar",
        "Granite", "Meadow", "Falcon", "Juniper", "Lantern", "Orchard", "Pioneer", "Quarry",
        "Raven", "Saffron", "Thistle", "Umber", "Velvet", "Walnut", "Yarrow", "Zephyr", "Amber",
        "Birch", "Clover",
    ],
    &[
        "brook", "field", "stone", "ridge", "wood", "haven", "crest", "dale", "gate", "hollow",
        "mount", "port", "shore", "spring", "vale", "view", "ward", "well", "worth", "bank",
        "bridge", "burn", "ford", "glen", "grove", "hurst", "land", "mere",
    ],
    &[
        "Dental",
        "Smiles",
        "Orthodontics",
        "Family Dentistry",
        "Dental Studio",
    ],
);

pub(super) const FIRST_NAMES: &[&str] = &[
    "Sarah", "Miguel", "Aisha", "Daniel", "Grace", "Hiro", "Ingrid", "Jamal", "Keiko", "Liam",
    "Maria", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Samuel", "Tara", "Umar", "Vera", "Wendy",
    "Xavier", "Yusuf", "Zoe",
];
pub(super) const LAST_NAMES: &[&str] = &[
    "Miller",
    "Garcia",
    "Okafor",
    "Nguyen",
    "Patel",
    "Kowalski",
    "Haddad",
    "Johansson",
    "Tanaka",
    "Brown",
    "Silva",
    "Ivanova",
    "Murphy",
    "Rossi",
    "Schmidt",
    "Dubois",
    "Kim",
    "Lopez",
    "Mensah",
    "Novak",
];

const SERVICES: &[&str] = &[
    "cleaning",
    "checkup",
    "whitening",
    "filling",
    "root canal",
    "crown",
    "emergency visit",
    "extraction",
    "night guard",
    "retainer",
    "fluoride treatment",
    "second opinion",
];
const DAYS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const TIMES: &[&str] = &[
    "nine",
    "ten thirty",
    "eleven",
    "noon",
    "one fifteen",
    "two",
    "half past three",
    "four",
];
const MATTERS: &[&str] = &[
    "whether you take my insurance",
    "what the parking is like",
    "if you see children",
    "how long the numbness lasts",
    "whether the invoice was paid",
    "if I can reschedule",
    "what happens when I have to cancel",
    "where exactly you are",
    "whether there is a wheelchair ramp",
    "if the swelling is normal",
    "about the payment plan",
    "if my x-rays were sent over",
];
const SYMPTOMS: &[&str] = &[
    "a chipped tooth",
    "a toothache",
    "bleeding gums",
    "a loose crown",
    "a broken bracket",
    "a sensitive molar",
    "pain when I chew",
    "a lost filling",
];

/// A conversation: what is said in turn, the agent first. Callers of different kinds want different things.
pub(super) fn conversation(company: &str, numbers: &mut Numbers) -> Vec<String> {
    let mut said = vec![format!(
        "Thank you for calling {company}, this is Emma. How can I help you?"
    )];
    let service = *numbers.pick(SERVICES);
    let (day, time) = (*numbers.pick(DAYS), *numbers.pick(TIMES));
    let name = format!("{} {}", numbers.pick(FIRST_NAMES), numbers.pick(LAST_NAMES));
    match numbers.below(4) {
        0 => said.extend([
            format!("Hi, how much is a {service}?"),
            format!(
                "A {service} starts at {} dollars. Would you like to book one?",
                60 + 10 * numbers.below(40)
            ),
        ]),
        1 => said.extend([
            format!("I was wondering {}.", numbers.pick(MATTERS)),
            "I will write that down, and somebody calls you back today.".to_owned(),
        ]),
        2 => said.extend([
            format!(
                "I have {} since {day}, can somebody look at it?",
                numbers.pick(SYMPTOMS)
            ),
            "I am sorry to hear that. We keep time for such visits every day.".to_owned(),
        ]),
        _ => said.extend([
            format!(
                "My reference is {}, I want to change my appointment.",
                reference(numbers)
            ),
            "Thank you, I have found it. When would suit you better?".to_owned(),
        ]),
    }
    said.extend([
        format!("Could I come next {day} at {time}?"),
        format!("Next {day} at {time} is free for a {service}. What is your name?"),
        format!("My name is {name}."),
        format!("Thank you, {name}. Shall I book the {service} for {day}?"),
        "Yes please.".to_owned(),
        format!("Done. You are booked for {day} at {time}. Goodbye."),
    ]);
    said
}

/// A word that hardly anybody else says.
fn reference(numbers: &mut Numbers) -> String {
    let letter = |numbers: &mut Numbers| (b'A' + numbers.below(26) as u8) as char;
    let letters: String = (0..2).map(|_| letter(numbers)).collect();
    format!("{letters}{:05}", numbers.below(100_000))
}
