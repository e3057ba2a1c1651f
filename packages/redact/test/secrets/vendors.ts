import { forms, spelled } from './forms.js';
import { bare, type Sample } from './positives.js';
import { alnum, base64, digits, hex, lower, Random, upper, word } from './random.js';

/** Prefix, alphabet and size of what follows it. */
const prefixed: readonly (readonly [string, string, string, number])[] = [
  ['gitlab_token', 'glpat-', word, 20], ['anthropic_key', 'sk-ant-api03-', word, 93], ['openai_key', 'sk-proj-', alnum, 100], ['openai_key', 'sk-', alnum, 48], ['openrouter_key', 'sk-or-v1-', hex, 64],
  ['stripe_key', 'sk_live_', alnum, 24], ['slack_token', 'xoxb-', alnum, 40], ['google_api_key', 'AIza', word, 35], ['npm_token', 'npm_', alnum, 36], ['huggingface_token', 'hf_', alnum, 34],
  ['twilio_key', 'SK', hex, 32], ['shopify_token', 'shpat_', hex, 32], ['digitalocean_token', 'dop_v1_', hex, 64], ['databricks_token', 'dapi', hex, 32], ['mailgun_key', 'key-', hex, 32], ['vault_token', 'hvs.', word, 90],
  ['linear_key', 'lin_api_', alnum, 40], ['notion_token', 'ntn_', alnum, 46], ['atlassian_token', 'ATATT3', word, 180], ['docker_token', 'dckr_pat_', word, 27], ['newrelic_key', 'NRAK-', upper, 27], ['grafana_token', 'glsa_', alnum, 41],
  ['rubygems_key', 'rubygems_', hex, 48], ['square_token', 'sq0atp-', word, 22], ['groq_key', 'gsk_', alnum, 52], ['replicate_token', 'r8_', alnum, 37], ['perplexity_key', 'pplx-', alnum, 48], ['xai_key', 'xai-', alnum, 80],
  ['pinecone_key', 'pcsk_', alnum, 60], ['supabase_token', 'sbp_', hex, 40], ['netlify_token', 'nfp_', alnum, 36], ['figma_token', 'figd_', word, 40], ['pulumi_token', 'pul-', hex, 40], ['age_secret_key', 'AGE-SECRET-KEY-1', upper, 58],
  ['sonar_token', 'squ_', hex, 40], ['clojars_token', 'CLOJARS_', lower, 60], ['octopus_key', 'API-', upper, 26], ['jfrog_token', 'AKCp', alnum, 69], ['neon_key', 'napi_', lower, 64], ['render_key', 'rnd_', alnum, 32],
  ['nvidia_key', 'nvapi-', word, 64], ['fireworks_key', 'fw_', alnum, 24], ['elevenlabs_key', 'sk_', hex, 48], ['trello_key', 'ATTA', hex, 64], ['posthog_key', 'phx_', alnum, 43], ['adafruit_key', 'aio_', alnum, 28],
  ['doppler_token', 'dp.pt.', alnum, 43], ['readme_token', 'rdme_', lower, 70], ['easypost_key', 'EZAK', alnum, 54], ['shippo_token', 'shippo_live_', hex, 40], ['tavily_key', 'tvly-', alnum, 32], ['cerebras_key', 'csk-', lower, 48],
  ['typeform_token', 'tfp_', alnum, 59], ['openshift_token', 'sha256~', word, 43], ['planetscale_token', 'pscale_pw_', alnum, 43], ['google_oauth_token', 'GOCSPX-', alnum, 28], ['infracost_key', 'ico-', alnum, 32], ['prefect_token', 'pnu_', alnum, 36],
];

/** The word in the name, the alphabet and the size: values that only the name gives away. */
const named: readonly (readonly [string, string, number])[] = [
  ['adafruit', lower, 32], ['airtable', alnum, 17], ['algolia', lower, 32], ['alibaba', lower, 30], ['asana', lower, 32], ['auth0', word, 64], ['bittrex', lower, 32], ['codecov', lower, 32], ['coinbase', alnum, 64],
  ['cloudflare', alnum, 40], ['datadog', hex, 40], ['discord', hex, 64], ['dropbox', lower, 15], ['etsy', lower, 24], ['facebook', hex, 32], ['fastly', alnum, 32], ['finicity', alnum, 20], ['flickr', lower, 32], ['freshbooks', alnum, 64],
  ['gitter', alnum, 40], ['heroku', 'uuid', 0], ['hubspot', 'uuid', 0], ['jenkins', hex, 34], ['kraken', base64, 80], ['kucoin', hex, 24], ['launchdarkly', alnum, 40], ['linkedin', alnum, 16], ['mailchimp', hex, 32], ['mapbox', alnum, 60],
  ['mattermost', lower, 26], ['messagebird', lower, 25], ['netlify', alnum, 43], ['newrelic', upper, 64], ['nytimes', alnum, 32], ['okta', alnum, 42], ['plaid', lower, 30], ['pagerduty', alnum, 20], ['rapidapi', alnum, 50], ['sendbird', hex, 40],
  ['sentry', hex, 64], ['snyk', 'uuid', 0], ['sonarqube', alnum, 40], ['spotify', hex, 32], ['squarespace', 'uuid', 0], ['sumologic', alnum, 64], ['travis', alnum, 22], ['twilio', hex, 32], ['twitch', lower, 30], ['twitter', alnum, 50],
  ['vultr', upper, 36], ['wandb', hex, 40], ['zendesk', alnum, 40], ['openweather', hex, 32], ['rollbar', hex, 32], ['cloudsmith', hex, 40], ['linode', hex, 64], ['trello', hex, 32], ['zoom', alnum, 32],
];

const shapes: readonly (readonly [string, (random: Random) => string])[] = [
  ['sendgrid_key', (random) => `SG.${random.of(word, 22)}.${random.of(word, 43)}`], ['mailchimp_key', (random) => `${random.of(hex, 32)}-us12`], ['terraform_token', (random) => `${random.of(alnum, 14)}.atlasv1.${random.of(alnum, 67)}`],
  ['telegram_bot_token', (random) => `${random.of('123456789', 9)}:AA${random.of(word, 33)}`], ['dynatrace_token', (random) => `dt0c01.${random.of(upper, 24)}.${random.of(upper, 64)}`], ['jwt', (random) => `eyJ${random.of(alnum, 20)}.eyJ${random.of(alnum, 40)}.${random.of(word, 43)}`],
  ['brevo_key', (random) => `xkeysib-${random.of(hex, 64)}-${random.of(alnum, 16)}`], ['tailscale_key', (random) => `tskey-auth-${random.of(alnum, 12)}-${random.of(alnum, 32)}`], ['azure_devops_token', (random) => `${random.of(alnum, 76)}AZDO${random.of(alnum, 4)}`],
  ['airtable_token', (random) => `pat${random.of(alnum, 14)}.${random.of(hex, 64)}`], ['clickup_token', (random) => `pk_${random.of(digits, 8)}_${random.of(upper, 32)}`], ['plaid_token', (random) => `access-production-${uuidOf(random)}`],
];

export function uuidOf(random: Random): string {
  return [8, 4, 4, 4, 12].map((size) => random.of(hex, size)).join('-');
}

export function prefixedSamples(seed: number): Sample[] {
  const random = new Random(seed);
  return [...prefixed.flatMap(([category, prefix, alphabet, size]) => bare(category, () => prefix + random.of(alphabet, size))), ...shapes.flatMap(([category, make]) => bare(category, () => make(random)))];
}

export function vendorNameSamples(seed: number): Sample[] {
  const random = new Random(seed);
  return named.flatMap(([vendor, alphabet, size]) =>
    Object.entries(forms).map(([form, write]) => {
      const value = alphabet === 'uuid' ? uuidOf(random) : random.of(alphabet, size);
      return { category: vendor, form, value, text: write(spelled(vendor, random.pick(['token', 'key', 'secret'])), value) };
    }));
}
