//! Expressions and what Terraform says they are, one by one. The values were worked out by hand from the language
//! reference; `?` is what cannot be known, `!` what Terraform refuses.

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

/// The value of an expression as JSON.
fn value(expression: &str) -> String {
    let text = format!(
        "{SCENE}\nlocals {{\n  it = {expression}\n}}\nresource \"azurerm_route_filter\" \"rf\" {{\n  name = can(local.it) ? \
         jsonencode(local.it) : \"!\"\n}}\n"
    );
    let sources = sources(&[("main.tf", &text)]);
    let network = read(&sources);
    let filter = network.route_filters.first().expect("a filter");
    filter
        .name
        .as_ref()
        .map_or_else(|| "?".to_owned(), |name| name.value.clone())
}

macro_rules! values {
    ($($name:ident: $expression:expr => $expected:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(value($expression), $expected, "{}", $expression);
            }
        )*
    };
}

values! {
    a_text: r#""12076:51002""# => r#""12076:51002""#;
    a_number: "51002" => "51002";
    a_fraction: "1.5" => "1.5";
    a_boolean: "true" => "true";
    null_is_null: "null" => "null";
    a_list: r#"["a", "b"]"# => r#"["a","b"]"#;
    an_object_is_in_order: "{ b = 1, a = 2 }" => r#"{"a":2,"b":1}"#;
    an_object_with_a_colon: r#"{ "x" : 1 }"# => r#"{"x":1}"#;
    a_key_in_parentheses: r#"{ (var.region) = 1 }"# => r#"{"europe":1}"#;
    sums_bind_by_rank: "1 + 2 * 3" => "7";
    parentheses_bind_first: "(1 + 2) * 3" => "9";
    a_quotient: "7 / 2" => "3.5";
    a_remainder: "7 % 4" => "3";
    division_by_zero: "1 / 0" => "!";
    a_negative: "-(2)" => "-2";
    a_comparison: "2 >= 2" => "true";
    texts_of_digits_count: r#""10" > 9"# => "true";
    logic: "true && !false" => "true";
    logic_with_a_gap: "false && var.none" => "false";
    logic_that_hangs_on_a_gap: "true && var.none" => "?";
    or_with_a_gap: "true || var.none" => "true";
    equality_of_lists: r#"["a"] == ["a"]"# => "true";
    equality_of_kinds: r#"1 == "1""# => "false";
    inequality: r#"var.region != "japan""# => "true";
    a_condition: r#"var.region == "europe" ? 1 : 2"# => "1";
    a_condition_leaves_the_other_alone: "true ? 1 : var.none" => "1";
    a_condition_on_a_gap: "var.none ? 1 : 2" => "?";
    a_template: r#""rf-${var.region}-${1 + 1}""# => r#""rf-europe-2""#;
    a_template_of_one_value: r#""${local.base}""# => r#"["12076:51002"]"#;
    an_escaped_template: r#""$${x}""# => r#""${x}""#;
    a_template_with_if: r#""%{ if true }a%{ else }b%{ endif }""# => r#""a""#;
    a_template_with_for: r#""%{ for x in ["a", "b"] }${x};%{ endfor }""# => r#""a;b;""#;
    a_template_that_strips: r#""a ${~ "b" ~} c""# => r#""abc""#;
    a_variable: "var.region" => r#""europe""#;
    a_variable_without_value: "var.none" => "?";
    an_undeclared_variable: "var.missing" => "?";
    an_optional_attribute: "var.settings.extra" => r#"["12076:5050"]"#;
    an_optional_attribute_without_default: "var.settings.vlan" => "null";
    a_dropped_attribute: "var.settings.dropped" => "!";
    an_index: "var.pairs[var.region][1]" => r#""12076:51004""#;
    an_index_of_old: "local.base.0" => r#""12076:51002""#;
    an_index_out_of_range: "local.base[7]" => "!";
    a_splat: "var.peerings[*].vlan" => "[100,200]";
    an_attribute_splat: "var.peerings.*.type" => r#"["AzurePrivatePeering","MicrosoftPeering"]"#;
    a_splat_of_one: "var.region[*]" => r#"["europe"]"#;
    a_splat_of_null: "null[*]" => "[]";
    a_for_of_a_list: "[for p in var.peerings : p.vlan + 1]" => "[101,201]";
    a_for_with_a_condition: r#"[for p in var.peerings : p.vlan if p.type == "MicrosoftPeering"]"# => "[200]";
    a_for_with_an_index: r#"[for i, x in ["a", "b"] : "${i}${x}"]"# => r#"["0a","1b"]"#;
    a_for_of_a_map: "[for k, v in var.pairs : k]" => r#"["europe","japan"]"#;
    a_for_object: "{ for p in var.peerings : p.type => p.vlan }" => r#"{"AzurePrivatePeering":100,"MicrosoftPeering":200}"#;
    a_for_that_groups: r#"{ for x in ["a", "b", "aa"] : substr(x, 0, 1) => x... }"# => r#"{"a":["a","aa"],"b":["b"]}"#;
    a_for_with_equal_keys: r#"{ for x in ["a", "a"] : x => 1 }"# => "!";
    a_for_of_a_gap: "[for x in var.none : x]" => "?";
    a_loop: "local.loop_a" => "!";
    concatenation: r#"concat(local.base, ["b"], [])"# => r#"["12076:51002","b"]"#;
    distinct: r#"distinct(["b", "a", "b"])"# => r#"["b","a"]"#;
    a_set_is_in_order: r#"toset(["b", "a", "b"])"# => r#"["a","b"]"#;
    to_a_list: r#"tolist(toset(["b", "a"]))"# => r#"["a","b"]"#;
    flattened: "flatten(local.nested)" => r#"["a","b","c"]"#;
    flattened_values: "flatten(values(var.pairs))" => r#"["12076:51002","12076:51004","12076:51012","12076:51013"]"#;
    lookup_finds: r#"lookup(var.pairs, "japan", [])"# => r#"["12076:51012","12076:51013"]"#;
    lookup_falls_back: r#"lookup(var.pairs, "mars", ["x"])"# => r#"["x"]"#;
    lookup_without_default: r#"lookup(var.pairs, "mars")"# => "!";
    try_takes_what_works: "try(var.settings.nothing, var.settings.name)" => r#""edge""#;
    try_does_not_pass_a_gap: r#"try(var.none.x, "y")"# => "?";
    can_tells: "[can(var.settings.name), can(var.settings.nothing)]" => "[true,false]";
    coalesce: r#"coalesce(null, "", "a", "b")"# => r#""a""#;
    coalescelist: r#"coalescelist([], ["a"])"# => r#"["a"]"#;
    merge: "merge({ a = 1, b = 1 }, null, { b = 2 })" => r#"{"a":1,"b":2}"#;
    merge_of_an_expanded_list: "merge([{ a = 1 }, { b = 2 }]...)" => r#"{"a":1,"b":2}"#;
    keys: "keys(var.pairs)" => r#"["europe","japan"]"#;
    values: "values({ b = 1, a = 2 })" => "[2,1]";
    compact: r#"compact(["a", "", null, "b"])"# => r#"["a","b"]"#;
    format: r#"format("%d:%05d %s %q %%", 12076, 42, "x", "y")"# => r#""12076:00042 x \"y\" %""#;
    format_by_number: r#"format("%[2]s-%[1]s", "a", "b")"# => "!";
    format_in_order: r#"format("%[1]s-%[2]s", "a", "b")"# => r#""a-b""#;
    formatlist: r#"formatlist("12076:%s", ["51002", "51004"])"# => r#"["12076:51002","12076:51004"]"#;
    join: r#"join(", ", ["a", "b"])"# => r#""a, b""#;
    split: r#"split(",", "12076:51002,12076:51004")"# => r#"["12076:51002","12076:51004"]"#;
    element_wraps: r#"element(["a", "b"], 3)"# => r#""b""#;
    length_of_a_list: "length(local.nested)" => "3";
    length_of_a_text: r#"length("abc")"# => "3";
    contains: r#"contains(["a"], "a")"# => "true";
    contains_not: r#"contains(["a"], "b")"# => "false";
    replace: r#"replace("a-b-c", "-", "_")"# => r#""a_b_c""#;
    replace_with_an_expression: r#"replace("abc", "/b/", "")"# => "?";
    lower_and_upper: r#"[lower("AbC"), upper("AbC")]"# => r#"["abc","ABC"]"#;
    title: r#"title("west europe")"# => r#""West Europe""#;
    trimmed: r#"[trimspace(" a "), trim("--a-", "-"), trimprefix("rf-a", "rf-"), trimsuffix("a.tf", ".tf")]"# => r#"["a","a","a","a"]"#;
    substr: r#"[substr("hello", 1, 3), substr("hello", -3, -1)]"# => r#"["ell","llo"]"#;
    starts_and_ends: r#"[startswith("ab", "a"), endswith("ab", "a"), strcontains("abc", "b")]"# => "[true,false,true]";
    decoded_json: r#"jsondecode("{\"a\":[1,true,null]}").a"# => "[1,true,null]";
    json_and_back: "jsondecode(jsonencode(local.base))" => r#"["12076:51002"]"#;
    one_of_one: r#"one(["a"])"# => r#""a""#;
    one_of_none: "one([])" => "null";
    one_of_many: "one([1, 2])" => "!";
    range: "[range(3), range(1, 4), range(0, 10, 4)]" => "[[0,1,2],[1,2,3],[0,4,8]]";
    reverse: "reverse([1, 2])" => "[2,1]";
    slice: r#"slice(["a", "b", "c"], 1, 3)"# => r#"["b","c"]"#;
    sort: r#"sort(["b", "a"])"# => r#"["a","b"]"#;
    sum: "sum([1, 2, 3.5])" => "6.5";
    least_and_most: "[min(3, 1, 2), max(3, 1, 2)]" => "[1,3]";
    rounding: "[ceil(1.2), floor(1.8), abs(-3), pow(2, 3)]" => "[2,1,3,8]";
    parseint: r#"parseint("ff", 16)"# => "255";
    sets: r#"[setunion(["b"], ["a"]), setintersection(["a", "b"], ["b"]), setsubtract(["a", "b"], ["b"])]"# => r#"[["a","b"],["b"],["a"]]"#;
    zipmap: r#"zipmap(["a", "b"], [1, 2])"# => r#"{"a":1,"b":2}"#;
    chunklist: "chunklist([1, 2, 3], 2)" => "[[1,2],[3]]";
    index: r#"index(["a", "b"], "b")"# => "1";
    all_and_any: "[alltrue([true, false]), anytrue([true, false]), alltrue([])]" => "[false,true,true]";
    conversions: r#"[tostring(5), tonumber("5"), tobool("true")]"# => r#"["5",5,true]"#;
    a_conversion_that_fails: r#"tonumber("x")"# => "!";
    an_unknown_function: r#"file("x.json")"# => "?";
    a_resource_by_count: "azurerm_resource_group.rg[1].name" => r#""rg-1""#;
    a_splat_of_resources: "azurerm_resource_group.rg[*].name" => r#"["rg-0","rg-1"]"#;
    resources_by_key: "[for k, rg in azurerm_resource_group.by_name : rg.name]" => r#"["rg-a","rg-b"]"#;
    what_a_provider_decides: "azurerm_resource_group.rg[0].managed_by" => "?";
    what_is_not_there: "azurerm_virtual_wan.wan.name" => "?";
    a_workspace: "terraform.workspace" => "?";
    a_heredoc: "split(\"\\n\", trimspace(<<EOT\n12076:51002\n12076:51004\nEOT\n  ))" => r#"["12076:51002","12076:51004"]"#;
    an_indented_heredoc: "trimspace(<<-EOT\n    a\n      b\n    EOT\n  )" => r#""a\n  b""#;
}
