//! A repository as large teams keep it: 5,000 files, among them 3 MB of Terraform, Bicep and templates, a part of which
//! is about route filters; and files that are not ours at all.

use std::fmt::Write as _;
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Files of each kind; together 5,000.
const STACKS: usize = 300;
const APPS: usize = 300;
const TEMPLATES: usize = 400;
const ROUTERS: usize = 100;
const OTHERS: usize = 5000 - 4 * STACKS - 2 * APPS - TEMPLATES - ROUTERS;

pub fn mixed(folder: &Path) {
    let mut deployments = 0;
    let mut add = |name: String, text: String| {
        deployments += text.len();
        write(folder, &name, &text);
    };
    for number in 0..STACKS {
        let stack = format!("terraform/stack-{number:03}");
        add(format!("{stack}/main.tf"), terraform(number));
        add(format!("{stack}/network.tf"), terraform_other(number));
        add(format!("{stack}/variables.tf"), terraform_variables());
        add(format!("{stack}/terraform.tfvars"), terraform_values(number));
    }
    for number in 0..APPS {
        let app = format!("bicep/app-{number:03}");
        add(format!("{app}/main.bicep"), bicep(number));
        add(format!("{app}/parts.bicep"), bicep_other(number));
    }
    for number in 0..TEMPLATES {
        add(format!("arm/template-{number:03}.json"), template(number));
    }
    assert!(
        (2_800_000..3_400_000).contains(&deployments),
        "{deployments} bytes of deployments"
    );
    for number in 0..ROUTERS {
        write(
            folder,
            &format!("routers/edge-{number:03}.cfg"),
            &super::inputs::router(number),
        );
    }
    for number in 0..OTHERS {
        let (name, text) = other(number);
        write(folder, &format!("{name}-{number:04}.{}", ending(number)), &text);
    }
}

/// One line of JSON, 100 MB long, with nothing of ours in it.
pub fn long_line(folder: &Path) {
    let mut text = String::with_capacity(101_000_000);
    text.push_str("{\"events\":[");
    let mut number = 0_usize;
    while text.len() < 100_000_000 {
        let _ = write!(
            text,
            "{{\"id\":\"{number:08x}\",\"time\":{number},\"name\":\"request for /products/{}\",\"tags\":[\"web\",\"eu-{}\"],\"ok\":true}},",
            number % 977,
            number % 13
        );
        number += 1;
    }
    text.push_str("{}]}");
    write(folder, "events.json", &text);
}

/// The pair of Europe, or one of its neighbours.
fn values(number: usize) -> [usize; 2] {
    [51002, 51003 + usize::from(number % 50 == 7)]
}

/// Every fourth stack has a filter; the others have none.
fn terraform(number: usize) -> String {
    let mut text = String::new();
    if number.is_multiple_of(4) {
        text.push_str(
            "locals {\n  values = distinct(concat(var.communities, [for c in var.more : format(\"12076:%d\", c)]))\n}\n\n\
             resource \"azurerm_route_filter\" \"rf\" {\n  for_each            = var.filters\n  name                = \
             \"rf-${each.key}\"\n  resource_group_name = var.resource_group_name\n  location            = \
             each.value.location\n\n  rule {\n    name        = \"allow\"\n    access      = \"Allow\"\n    rule_type   = \
             \"Community\"\n    communities = local.values\n  }\n}\n\n",
        );
    }
    for at in 0..8 {
        let _ = writeln!(
            text,
            "resource \"azurerm_storage_account\" \"data_{at}\" {{\n  name                     = \"st{number}data{at}\"\n  \
             resource_group_name      = var.resource_group_name\n  location                 = var.location\n  account_tier             \
             = \"Standard\"\n  account_replication_type = \"ZRS\"\n\n  tags = merge(var.tags, {{\n    purpose = \"data\"\n    \
             number  = \"{at}\"\n  }})\n}}\n"
        );
    }
    text
}

fn terraform_other(number: usize) -> String {
    let mut text = String::new();
    for at in 0..6 {
        let _ = writeln!(
            text,
            "resource \"azurerm_subnet\" \"subnet_{at}\" {{\n  name                 = \"snet-{number}-{at}\"\n  resource_group_name  \
             = var.resource_group_name\n  virtual_network_name = \"vnet-{number}\"\n  address_prefixes     = \
             [cidrsubnet(var.space, 4, {at})]\n}}\n"
        );
    }
    text
}

fn terraform_variables() -> String {
    "variable \"communities\" {\n  type    = list(string)\n  default = []\n}\n\nvariable \"more\" {\n  type    = list(number)\n  \
     default = []\n}\n\nvariable \"filters\" {\n  type    = map(object({ location = string }))\n  default = {}\n}\n\nvariable \
     \"resource_group_name\" {\n  type = string\n}\n\nvariable \"location\" {\n  type    = string\n  default = \
     \"westeurope\"\n}\n\nvariable \"space\" {\n  type    = string\n  default = \"10.0.0.0/16\"\n}\n\nvariable \"tags\" {\n  type    = \
     map(string)\n  default = {}\n}\n"
        .to_owned()
}

fn terraform_values(number: usize) -> String {
    let mut text = format!("resource_group_name = \"rg-{number}\"\n");
    if number.is_multiple_of(4) {
        let [first, second] = values(number);
        let _ = writeln!(
            text,
            "communities = [\"12076:{first}\"]\nmore        = [{second}]\nfilters = {{\n  prod = {{ location = \"westeurope\" }}\n  test = \
             {{ location = \"northeurope\" }}\n}}"
        );
    }
    text
}

/// Every fifth app has a filter.
fn bicep(number: usize) -> String {
    let mut text = String::from(
        "targetScope = 'resourceGroup'\n\n@description('Where everything is made.')\nparam location string = \
         resourceGroup().location\nparam tags object = {}\n\n",
    );
    if number.is_multiple_of(5) {
        let [first, second] = values(number);
        let _ = writeln!(
            text,
            "var regions = [ {first}, {second} ]\n\nresource rf 'Microsoft.Network/routeFilters@2024-05-01' = {{\n  name: \
             'rf-{number}'\n  location: location\n  properties: {{\n    rules: [\n      {{\n        name: 'allow'\n        \
             properties: {{\n          access: 'Allow'\n          routeFilterRuleType: 'Community'\n          communities: \
             [for region in regions: '12076:${{region}}']\n        }}\n      }}\n    ]\n  }}\n}}\n"
        );
    }
    text.push_str("module parts 'parts.bicep' = {\n  name: 'parts'\n  params: {\n    location: location\n    tags: tags\n  }\n}\n");
    text
}

fn bicep_other(number: usize) -> String {
    let mut text = String::from("param location string\nparam tags object\n\n");
    for at in 0..9 {
        let _ = writeln!(
            text,
            "resource account{at} 'Microsoft.Storage/storageAccounts@2023-01-01' = {{\n  name: 'st{number}x{at}'\n  location: \
             location\n  tags: union(tags, {{ part: '{at}' }})\n  sku: {{\n    name: 'Standard_ZRS'\n  }}\n  kind: 'StorageV2'\n  \
             properties: {{\n    allowBlobPublicAccess: false\n    minimumTlsVersion: 'TLS1_2'\n  }}\n}}\n"
        );
    }
    text
}

/// Every fifth template has a filter.
fn template(number: usize) -> String {
    let mut resources = Vec::new();
    if number.is_multiple_of(5) {
        let [first, second] = values(number);
        resources.push(format!(
            "    {{\n      \"type\": \"Microsoft.Network/routeFilters\",\n      \"apiVersion\": \"2024-05-01\",\n      \"name\": \
             \"[concat(parameters('prefix'), '-{number}')]\",\n      \"location\": \"[parameters('location')]\",\n      \
             \"properties\": {{\n        \"rules\": [\n          {{\n            \"name\": \"allow\",\n            \"properties\": \
             {{\n              \"access\": \"Allow\",\n              \"routeFilterRuleType\": \"Community\",\n              \
             \"communities\": [\n                \"12076:{first}\",\n                \"[format('12076:{{0}}', {second})]\"\n              \
             ]\n            }}\n          }}\n        ]\n      }}\n    }}"
        ));
    }
    for at in 0..6 {
        resources.push(format!(
            "    {{\n      \"type\": \"Microsoft.Storage/storageAccounts\",\n      \"apiVersion\": \"2023-01-01\",\n      \"name\": \
             \"[concat('st{number}x', {at})]\",\n      \"location\": \"[parameters('location')]\",\n      \"sku\": {{ \"name\": \
             \"Standard_ZRS\" }},\n      \"kind\": \"StorageV2\",\n      \"properties\": {{ \"minimumTlsVersion\": \"TLS1_2\" }}\n    }}"
        ));
    }
    format!(
        "{{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \
         \"contentVersion\": \"1.0.0.0\",\n  \"parameters\": {{\n    \"prefix\": {{ \"type\": \"string\", \"defaultValue\": \
         \"rf\" }},\n    \"location\": {{ \"type\": \"string\", \"defaultValue\": \"[resourceGroup().location]\" }}\n  }},\n  \
         \"resources\": [\n{}\n  ]\n}}\n",
        resources.join(",\n")
    )
}

fn ending(number: usize) -> &'static str {
    ["yaml", "json", "md", "rs", "ts", "log", "csv", "sh"][number % 8]
}

/// Files that are nothing of ours, in the notations that ours are in, and in others.
fn other(number: usize) -> (&'static str, String) {
    let mut text = String::new();
    let folder = match ending(number) {
        "yaml" => {
            for at in 0..20 {
                let _ = writeln!(
                    text,
                    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}-{at}\n  labels:\n    app: web\nspec:\n  \
                     replicas: 3\n  template:\n    spec:\n      containers:\n        - name: web\n          image: \
                     registry.example/web:{at}"
                );
            }
            "k8s/app"
        }
        "json" => {
            text.push_str("{\n  \"name\": \"app\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n");
            for at in 0..120 {
                let _ = writeln!(
                    text,
                    "    \"node_modules/package-{at}\": {{ \"version\": \"{}.{at}.0\", \"resolved\": \"https://registry.example/p{at}.tgz\" \
                     }},",
                    number % 9
                );
            }
            text.push_str("    \"end\": {}\n  }\n}\n");
            "web/package-lock"
        }
        "md" => {
            for at in 0..60 {
                let _ = writeln!(
                    text,
                    "## Section {at}\n\nHow the network of site {number} is built, and who is asked for what.\n"
                );
            }
            "docs/page"
        }
        "log" => {
            for at in 0..150 {
                let _ = writeln!(
                    text,
                    "2026-03-12T10:{:02}:00Z INFO worker {number} finished job {at} in {} ms",
                    at % 60,
                    at * 7 % 900
                );
            }
            "logs/worker"
        }
        "csv" => {
            text.push_str("site,address,owner\n");
            for at in 0..150 {
                let _ = writeln!(text, "site-{at},198.51.100.{at},team-{}", number % 11);
            }
            "lists/sites"
        }
        "sh" => {
            text.push_str("#!/bin/sh\nset -eu\n");
            for at in 0..40 {
                let _ = writeln!(
                    text,
                    "az storage account create --name st{number}x{at} --resource-group rg-{number} --sku Standard_ZRS"
                );
            }
            "scripts/make"
        }
        _ => {
            for at in 0..60 {
                let _ = writeln!(
                    text,
                    "export function step{at}(input) {{\n  return input.map((value) => value + {});\n}}",
                    number % 100
                );
            }
            "src/module"
        }
    };
    (folder, text)
}
