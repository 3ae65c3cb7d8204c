//! Expressions and what they come to, one by one (`expressions.txt`).

use pairlint_model::source::{Source, SourceId};

const SCENE: &str = "
import { pair, prefix as renamed, doubled } from 'shared.bicep'
import * as all from 'shared.bicep'

type settingsType = {
  name: string
  vlan: int?
  tags: object?
}

@description('of the scene')
param region string = 'europe'
param optional string?
param settings settingsType = { name: 'edge' }
@minLength(1)
param list string[] = ['12076:51002', '12076:51003']

var gap = newGuid()
var peerings = [
  { type: 'AzurePrivatePeering', vlan: 100 }
  { type: 'MicrosoftPeering', vlan: 200 }
]

func community(value int) string => '12076:${value}'
@export()
func both(values int[]) array => map(values, value => community(value))

assert sane = length(list) == 2

resource existing 'Microsoft.Network/routeFilters@2024-05-01' existing = {
  name: 'rf-existing'
}
";

const BESIDE: [(&str, &str); 4] = [
    (
        "shared.bicep",
        "@export()\nvar prefix = '12076'\n@export()\nvar pair = [for v in [51002, 51003]: '${prefix}:${v}']\n@export()\nfunc \
         doubled(n int) int => n * 2\n",
    ),
    ("eu.txt", "12076:51002\n12076:51003\n"),
    (
        "eu.json",
        "{ \"regions\": [ { \"name\": \"West Europe\", \"communities\": [\"12076:51002\"] } ] }",
    ),
    ("eu.yaml", "communities:\n- 12076:51002\n- '12076:51003'\n"),
];

/// The value of an expression in a list, as JSON.
fn value(expression: &str) -> String {
    let text = format!(
        "{SCENE}\nresource f 'Microsoft.Network/routeFilters@2024-05-01' = {{\n  name: 'rf'\n  properties: {{\n    rules: [ {{\n      \
         name: 'r'\n      properties: {{ access: 'Allow', communities: [ string([\n{expression}\n]) ] }}\n    }} ]\n  }}\n}}\n"
    );
    let files = [("main.bicep", text.as_str())].into_iter().chain(BESIDE);
    let sources: Vec<Source> = files
        .enumerate()
        .map(|(at, (name, text))| Source::new(SourceId(at as u32), name, text))
        .collect();
    let found = super::values(&super::together(&sources));
    match found.strip_prefix('?') {
        Some(_) => "unresolved".to_owned(),
        None => found,
    }
}

#[test]
fn every_expression_has_the_value_that_the_reference_gives_it() {
    let shown = |expected: &str| format!("[{expected}]");
    super::table::check(include_str!("expressions.txt"), 140, value, shown);
}

/// A community of a file that is loaded stands in that file.
#[test]
fn values_of_files_stand_in_those_files() {
    for (it, name, line) in [
        (
            "loadJsonContent('eu.json', 'regions[0].communities')",
            "eu.json",
            1,
        ),
        ("[loadYamlContent('eu.yaml').communities[1]]", "eu.yaml", 3),
    ] {
        let text = format!(
            "resource f 'Microsoft.Network/routeFilters@2024-05-01' = {{\n  name: 'rf'\n  properties: {{\n    rules: [ {{ name: 'r', \
             properties: {{ communities: {it} }} }} ]\n  }}\n}}\n"
        );
        let files = [("main.bicep", text.as_str())].into_iter().chain(BESIDE);
        let sources: Vec<Source> = files
            .enumerate()
            .map(|(at, (name, text))| Source::new(SourceId(at as u32), name, text))
            .collect();
        let network = super::together(&sources);
        let [value] = network.route_filters[0].communities().collect::<Vec<_>>()[..] else {
            panic!("{it}: one community");
        };
        let source = &sources[value.span.source.0 as usize];
        let place = (source.name.as_str(), source.position(value.span.start).line);
        assert_eq!(place, (name, line), "{it}");
    }
}
