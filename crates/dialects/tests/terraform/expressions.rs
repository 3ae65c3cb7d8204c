//! Expressions and what Terraform says they are, one by one (`expressions.txt`).

use super::{read, sources};

const SCENE: &str = r#"
variable "none" {}
variable "region" { default = "europe" }
variable "pairs" {
  default = {
    europe = ["12076:51002", "12076:51004"]
    japan  = ["12076:51012", "12076:51013"]
  }
}
variable "settings" {
  type = object({
    name  = string
    extra = optional(list(string), ["12076:5050"])
    vlan  = optional(number)
  })
  default = { name = "edge", dropped = 1 }
}
variable "peerings" {
  default = [
    { type = "AzurePrivatePeering", vlan = 100 },
    { type = "MicrosoftPeering", vlan = 200 },
  ]
}
locals {
  base   = ["12076:51002"]
  nested = [["a"], ["b", ["c"]], []]
  loop_a = local.loop_b
  loop_b = local.loop_a
}
resource "azurerm_resource_group" "rg" {
  count = 2
  name  = "rg-${count.index}"
}
resource "azurerm_resource_group" "by_name" {
  for_each = toset(["b", "a"])
  name     = "rg-${each.key}"
}
"#;

/// Files beside the configuration.
const BESIDE: [(&str, &str); 5] = [
    ("eu.yaml", "communities:\n  - 12076:51002\n  - 12076:51003\n"),
    ("eu.json", "{ \"communities\": [\"12076:51002\"] }\n"),
    ("eu.csv", "community,wanted\n12076:51002,no\n12076:51003,yes\n"),
    (
        "list.tftpl",
        "${name}:%{ for region in regions } 12076:${region}%{ endfor }",
    ),
    ("deeper/us.yaml", "communities: [12076:51004]\n"),
];

/// The value of an expression as JSON.
fn value(expression: &str) -> String {
    let text = format!(
        "{SCENE}\nlocals {{\n  it = {expression}\n}}\nresource \"azurerm_route_filter\" \"rf\" {{\n  name = can(local.it) ? \
         jsonencode(local.it) : \"error\"\n}}\n"
    );
    let files: Vec<(&str, &str)> = [("main.tf", text.as_str())].into_iter().chain(BESIDE).collect();
    let sources = sources(&files);
    let network = read(&sources);
    let filter = network.route_filters.first().expect("a filter");
    filter
        .name
        .as_ref()
        .map_or_else(|| "unresolved".to_owned(), |name| name.value.clone())
}

#[test]
fn every_expression_has_the_value_that_the_reference_gives_it() {
    crate::table::check(include_str!("expressions.txt"), 250, value, str::to_owned);
}

/// A community of a file that a function reads stands in that file.
#[test]
fn values_of_files_stand_in_those_files() {
    let text = |it: &str| {
        format!(
            "resource \"azurerm_route_filter\" \"rf\" {{\n  name = \"rf\"\n  rule {{\n    communities = {it}\n  }}\n}}\n"
        )
    };
    for (it, expected) in [
        (
            "yamldecode(file(\"eu.yaml\")).communities",
            "rf: [12076:51002 eu.yaml:2, 12076:51003 eu.yaml:3]",
        ),
        (
            "jsondecode(file(\"${path.module}/eu.json\")).communities",
            "rf: [12076:51002 eu.json:1]",
        ),
        (
            "csvdecode(file(\"eu.csv\"))[*].community",
            "rf: [12076:51002 eu.csv:2, 12076:51003 eu.csv:3]",
        ),
        (
            "yamldecode(file(\"${path.root}/deeper/us.yaml\")).communities",
            "rf: [12076:51004 deeper/us.yaml:1]",
        ),
    ] {
        let text = text(it);
        let files: Vec<(&str, &str)> = [("main.tf", text.as_str())].into_iter().chain(BESIDE).collect();
        crate::check(&files, &[expected]);
    }
}

/// What functions read is asked for, once it is known what that is.
#[test]
fn files_that_are_read_are_asked_for() {
    use pairlint_dialects::Need;
    let needs = |files: &[(&str, &str)]| {
        let sources = sources(files);
        let all: Vec<&pairlint_model::source::Source> = sources.iter().collect();
        let together = pairlint_dialects::terraform::DIALECT
            .together
            .as_ref()
            .expect("together");
        (together.needs)(&all)
    };
    let main = "variable \"env\" { default = \"prod\" }
locals {
  path = \"${path.module}/../values/${var.env}.yaml\"
  more = [for f in fileset(\"${path.module}/more\", \"*.yml\") : f]
}
resource \"azurerm_route_filter\" \"rf\" {
  name = join(\"\", local.more)
  rule { communities = yamldecode(file(local.path)) }
}
";
    let found = needs(&[("net/main.tf", main)]);
    assert!(
        found.contains(&Need::Named("values/prod.yaml".to_owned())),
        "{found:?}"
    );
    let ending = Need::Ending {
        folder: "net/more".to_owned(),
        end: ".yml".to_owned(),
    };
    assert!(found.contains(&ending), "{found:?}");
    let there = needs(&[("net/main.tf", main), ("values/prod.yaml", "[12076:51002]")]);
    assert!(!there.contains(&Need::Named("values/prod.yaml".to_owned())));
    // In a module the way is seen from where Terraform runs.
    let module = needs(&[
        ("prod/main.tf", "module \"er\" { source = \"../er\" }\n"),
        (
            "er/main.tf",
            "resource \"azurerm_route_filter\" \"rf\" { name = file(\"${path.module}/name.txt\") }\n",
        ),
    ]);
    assert!(
        module.contains(&Need::Named("er/name.txt".to_owned())),
        "{module:?}"
    );
}
