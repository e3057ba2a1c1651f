import { vendorsOf } from './vendor.js';

/** Code hosts, registries, builds, quality of code. */
export const codeVendors = vendorsOf(`
github | TOKEN,PAT | ghp_{a36} gho_{a36} ghu_{a36} ghs_{a36} ghr_{a36}
github_fine | TOKEN | github_pat_{a22}_{a59}
github_app | CLIENT_SECRET | {h40}
gitlab | TOKEN,ACCESS_TOKEN | glpat-{w20} gldt-{w20} glrt-{w20} glptt-{h40} glft-{w20} glcbt-{h2}_{w20}
gitlab_runner | REGISTRATION_TOKEN | GR1348941{w20}
bitbucket | APP_PASSWORD,CLIENT_SECRET | ATBB{a28}{H8}
atlassian | API_TOKEN | ATATT3xFfGF0{w171}={H8}
gitea | TOKEN,ACCESS_TOKEN | {h40}
sourcegraph | ACCESS_TOKEN | sgp_{h16}_{h40} sgp_{h40}
npm | TOKEN,AUTH_TOKEN | npm_{a36}
pypi | TOKEN,API_TOKEN | pypi-AgEIcHlwaS5vcmc{w90}
rubygems | API_KEY | rubygems_{h48}
crates | IO_TOKEN | cio{a32}
nuget | API_KEY | oy2{l43}
clojars | DEPLOY_TOKEN | CLOJARS_{l60}
packagist | TOKEN | packagist_uut_{h68} packagist_ors_{h68}
docker | HUB_TOKEN,PAT | dckr_pat_{w27}
artifactory | ACCESS_TOKEN,PASSWORD | {a64}
buildkite | API_TOKEN,AGENT_TOKEN | bkua_{h40} bkat_{w43}
circleci | TOKEN | CCIPAT_{a22}_{h40}
circleci_legacy | TOKEN | {h40}
travis | TOKEN,API_TOKEN | {w22}
drone | TOKEN | {a32}
jenkins | API_TOKEN | {h34}
teamcity | TOKEN | eyJ0eXAiOiAiVENWMiJ9.{w36}.{w48}
bitrise | ACCESS_TOKEN | {w86}
appcenter | TOKEN | {h40}
octopus | API_KEY | API-{u26}
codecov | TOKEN | {g}
codeclimate | REPO_TOKEN,API_TOKEN | {h64}
coveralls | REPO_TOKEN | {a33}
sonar | TOKEN | sqp_{h40} squ_{h40} sqa_{h40}
sonar_legacy | TOKEN,LOGIN_TOKEN | {h40}
snyk | TOKEN,API_TOKEN | {g}
percy | TOKEN | {h64}
browserstack | ACCESS_KEY | {a20}
saucelabs | ACCESS_KEY | {g}
launchdarkly | SDK_KEY,ACCESS_TOKEN | sdk-{g} api-{g}
prefect | API_KEY | pnu_{l36}
postman | API_KEY | PMAK-{h24}-{h34}
readme | API_KEY | rdme_{l70}
linear | API_KEY | lin_api_{a40}
figma | TOKEN,ACCESS_TOKEN | figd_{w40}
notion | TOKEN,API_KEY | ntn_{d11}{a35} secret_{a43}
airtable | TOKEN | pat{a14}.{h64}
airtable_legacy | API_KEY | {a17}
asana | ACCESS_TOKEN,CLIENT_SECRET | {h32}
trello | API_TOKEN,TOKEN | ATTA{h64}
trello_legacy | API_KEY,SECRET | {h32}
clickup | API_TOKEN | pk_{d8}_{u32}
jira | API_TOKEN | {a24}
confluence | ACCESS_TOKEN | {b44}
shortcut | API_TOKEN | {g}
infracost | API_KEY | ico-{a32}
contentful | MANAGEMENT_TOKEN | CFPAT-{w43}
contentful_delivery | ACCESS_TOKEN | {w43}
dynatrace | API_TOKEN | dt0c01.{u24}.{u64}
inngest | SIGNING_KEY | signkey-prod-{h64}
trigger | SECRET_KEY | tr_prod_{a24} tr_dev_{a24}
expo | TOKEN,ACCESS_TOKEN | {w40}
`);
