//! Every pack that comes with the program is read, and says nothing that could be untrue of a tenant.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_file_is_a_pack_of_its_own_and_the_general_one_is_last() {
    let packs: Vec<Pack> = BUILT_IN.iter().map(|text| parse(text).unwrap()).collect();
    let keys: BTreeSet<&str> = packs.iter().map(|pack| pack.key.as_str()).collect();
    assert_eq!(keys.len(), packs.len());
    for wanted in [
        "detailing",
        "lawn-care",
        "cleaning",
        "pet-grooming",
        "hvac",
        "plumbing",
        "electrical",
    ] {
        assert!(keys.contains(wanted), "{wanted}");
    }
    assert_eq!(Pack::general().key, GENERAL);
    for pack in &packs {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(pack.key.chars().all(plain), "{}", pack.key);
        assert!(pack.version >= 1, "{}", pack.key);
        assert!(!pack.name.is_empty() && pack.currency.len() == 3);
    }
}

#[test]
fn a_trade_is_known_by_what_businesses_call_it() {
    for (words, key) in [
        ("Detailing", "detailing"),
        ("auto  detailing", "detailing"),
        ("Lawn care", "lawn-care"),
        ("LAWN-CARE", "lawn-care"),
        ("hvac", "hvac"),
        ("Heating & cooling", GENERAL),
        ("heating and cooling", "hvac"),
        ("dog groomer", "pet-grooming"),
        ("dental", GENERAL),
        ("", GENERAL),
    ] {
        assert_eq!(Pack::of_industry(words).key, key, "{words}");
    }
    let mut names = BTreeSet::new();
    for pack in Pack::all() {
        for name in &pack.industries {
            assert!(names.insert(plain(name)), "{name} is two packs'");
        }
    }
}

#[test]
fn names_are_unique_and_what_is_offered_along_is_there() {
    for pack in Pack::all() {
        let mut said = BTreeSet::new();
        for service in &pack.services {
            assert!((5..=1440).contains(&service.minutes), "{}", service.name);
            for name in std::iter::once(&service.name).chain(&service.aliases) {
                assert!(
                    said.insert(plain(name)),
                    "{}: {name} is two services",
                    pack.key
                );
            }
            for upsell in &service.upsells {
                let is_there = pack.services.iter().any(|other| other.name == *upsell);
                assert!(
                    is_there && *upsell != service.name,
                    "{}: {upsell}",
                    pack.key
                );
            }
        }
        let questions: BTreeSet<String> = pack.faqs.iter().map(|f| plain(&f.question)).collect();
        assert_eq!(questions.len(), pack.faqs.len(), "{}", pack.key);
        let words: BTreeSet<String> = pack.vocabulary.iter().map(|word| plain(word)).collect();
        assert_eq!(words.len(), pack.vocabulary.len(), "{}", pack.key);
        assert!(!pack.services.is_empty() && !pack.faqs.is_empty() && !words.is_empty());
    }
}

/// Words of amounts: `$95`, `95 dollars`, `USD 95`, `free of charge`.
fn amounts(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_money = |word: &str| {
        let bare = word
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '$')
            .to_lowercase();
        bare.contains('$')
            || ["dollar", "dollars", "usd", "cents", "bucks"].contains(&bare.as_str())
    };
    let money = words.iter().filter(|word| is_money(word));
    money.map(|word| (*word).to_owned()).collect()
}

#[test]
fn an_amount_is_known_when_it_is_written() {
    assert_eq!(amounts("It is $95.").len(), 1);
    assert_eq!(amounts("It is 95 dollars, or 12 USD.").len(), 2);
    assert!(amounts("Two hours; a quarter acre.").is_empty());
}

#[test]
fn prices_are_the_services_alone_and_nothing_is_promised() {
    for pack in Pack::all() {
        let agents = AgentKind::ALL.iter().map(|kind| pack.agents.of(*kind));
        let texts = [
            &pack.texts.booked,
            &pack.texts.reminder,
            &pack.texts.missed_call,
        ];
        let mut said: Vec<&String> = pack.faqs.iter().map(|faq| &faq.answer).collect();
        said.extend(pack.services.iter().map(|service| &service.description));
        said.extend(agents.flat_map(|agent| [&agent.greeting, &agent.instructions]));
        said.extend(texts);
        said.push(&pack.menu.prompt);
        for text in said {
            assert!(amounts(text).is_empty(), "{}: {text}", pack.key);
            let lower = text.to_lowercase();
            for promise in [
                "guarantee",
                "insured",
                "warranty",
                "certified",
                "for free",
                "no charge",
                "discount",
            ] {
                assert!(!lower.contains(promise), "{}: {promise}: {text}", pack.key);
            }
        }
    }
}

#[test]
fn another_currency_has_no_prices_of_ours() {
    let pack = Pack::find("detailing").unwrap();
    assert!(
        pack.services_in("USD")
            .iter()
            .any(|s| s.price_minor.is_some())
    );
    assert!(
        pack.services_in("ZAR")
            .iter()
            .all(|s| s.price_minor.is_none())
    );
}

#[test]
fn each_agent_of_a_pack_says_something_of_its_own() {
    let mut instructions = BTreeSet::new();
    for pack in Pack::all() {
        for kind in AgentKind::ALL {
            let settings = pack.settings_of(*kind);
            assert!(
                instructions.insert(settings.prompt),
                "{} {kind:?}",
                pack.key
            );
            assert_eq!(settings.vocabulary, pack.vocabulary);
            let greeting = &settings.greeting;
            assert!(greeting.contains("{company}") && greeting.contains("{agent}"));
        }
        for text in [&pack.texts.booked, &pack.texts.reminder] {
            assert!(
                text.contains("{company}") && text.contains("{time}"),
                "{text}"
            );
            assert!(text.chars().count() <= 320, "{text}");
        }
        let menu = pack.menu_of("Ann's", IvrMenuId(uuid::Uuid::nil())).unwrap();
        assert!(menu.prompt.contains("Ann's") && !menu.prompt.contains('{'));
        assert!(!menu.options.is_empty());
    }
}
