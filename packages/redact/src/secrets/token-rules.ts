/** One token format: the literal it starts with, and what follows it. */
export interface TokenRule {
  readonly category: string;
  readonly literal: string;
  /**
   * Sticky pattern after the literal. It never nests repetition, and is either of fixed size or open-ended: a long
   * upper bound would be walked and given back at every start (`ghp_ghp_ghp_…`).
   */
  readonly rest: string;
}

const rule = (category: string, rest: string, ...literals: readonly string[]): readonly TokenRule[] =>
  literals.map((literal) => ({ category, literal, rest }));

const word = '[A-Za-z0-9_-]';
const alnum = '[A-Za-z0-9]';
const hex = '[0-9a-f]';

/** Formats as their issuers publish them. A longer literal stands before the shorter one it begins with. */
export const tokenRules: readonly TokenRule[] = [
  ...rule('aws_access_key', '[A-Z0-9]{16}', 'AKIA', 'ABIA', 'ACCA', 'ASIA'),
  ...rule('github_token', '[A-Za-z0-9_]{22,}', 'github_pat_'),
  ...rule('github_token', '[A-Za-z0-9_]{36,}', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'),
  ...rule('gitlab_token', `${word}{20,}(?:\\.${word}{2,40}){0,2}`, 'glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-', 'glffct-'),
  ...rule('anthropic_key', `${word}{20,}`, 'sk-ant-'),
  ...rule('openrouter_key', `${hex}{40,}`, 'sk-or-v1-'),
  ...rule('openai_key', `${word}{20,}`, 'sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'),
  ...rule('openai_key', `${alnum}{20,}`, 'sk-'),
  ...rule('stripe_key', `${alnum}{10,}`, 'sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_prod_', 'rk_prod_'),
  ...rule('stripe_key', '[A-Za-z0-9+/]{24,}={0,2}', 'whsec_'),
  ...rule('slack_token', `${word}{10,}`, 'xoxb-', 'xoxp-', 'xoxa-', 'xoxo-', 'xoxs-', 'xoxr-', 'xoxe-', 'xoxc-', 'xoxd-', 'xapp-'),
  ...rule('slack_token', `\\.xox[bp]-${word}{10,}`, 'xoxe'),
  ...rule('google_api_key', `${word}{35}`, 'AIza'),
  ...rule('google_oauth_token', `${word}{24,32}`, 'GOCSPX-'),
  ...rule('google_oauth_token', `${word}{20,}`, 'ya29.'),
  ...rule('jwt', `${word}{8,}\\.${word}{8,}\\.${word}{0,}`, 'eyJ'),
  ...rule('npm_token', `${alnum}{36}`, 'npm_'),
  ...rule('pypi_token', `${word}{50,}`, 'pypi-AgE'),
  ...rule('huggingface_token', `${alnum}{30,}`, 'hf_', 'api_org_'),
  ...rule('sendgrid_key', `${word}{16,32}\\.${word}{16,}`, 'SG.'),
  ...rule('twilio_key', `${hex}{32}`, 'SK'),
  ...rule('shopify_token', '[0-9a-fA-F]{32}', 'shpat_', 'shpca_', 'shppa_', 'shpss_', 'shptka_'),
  ...rule('digitalocean_token', `${hex}{64}`, 'dop_v1_', 'doo_v1_', 'dor_v1_'),
  ...rule('databricks_token', `${hex}{32}(?:-\\d)?`, 'dapi'),
  ...rule('discord_token', `${word}{21,25}\\.${word}{6}\\.${word}{27,40}`, 'M', 'N', 'O'),
  ...rule('mailgun_key', `${hex}{32}`, 'key-'),
  ...rule('vault_token', `${word}{24,}`, 'hvs.', 'hvb.', 'hvr.'),
  ...rule('linear_key', `${alnum}{32,}`, 'lin_api_', 'lin_oauth_'),
  ...rule('notion_token', `${alnum}{40,}`, 'ntn_', 'secret_'),
  ...rule('airtable_token', `${alnum}{14}\\.${hex}{64}`, 'pat'),
  ...rule('atlassian_token', `[A-Za-z0-9_=-]{60,}`, 'ATATT3', 'ATCTT3', 'ATBB'),
  ...rule('docker_token', `${word}{24,}`, 'dckr_pat_', 'dckr_oat_'),
  ...rule('newrelic_key', '[A-Z0-9]{27}', 'NRAK-'),
  ...rule('newrelic_key', '[A-Za-z0-9]{32}', 'NRII-'),
  ...rule('grafana_token', '[A-Za-z0-9+/=_-]{32,}', 'glsa_', 'glc_'),
  ...rule('sentry_token', '[A-Za-z0-9+/=_-]{40,}', 'sntrys_', 'sntryu_'),
  ...rule('postman_key', `${hex}{24}-${hex}{34}`, 'PMAK-'),
  ...rule('rubygems_key', `${hex}{48}`, 'rubygems_'),
  ...rule('crates_token', `${alnum}{32}`, 'cio'),
  ...rule('nuget_key', '[a-z0-9]{43}', 'oy2'),
  ...rule('square_token', `${word}{22,}`, 'sq0atp-', 'sq0csp-', 'sq0idp-'),
  ...rule('square_token', `${word}{60}`, 'EAAA'),
  ...rule('meta_token', `${alnum}{90,}`, 'EAA'),
  ...rule('groq_key', `${alnum}{40,}`, 'gsk_'),
  ...rule('replicate_token', `${alnum}{37,40}`, 'r8_'),
  ...rule('perplexity_key', `${alnum}{40,}`, 'pplx-'),
  ...rule('xai_key', `${alnum}{70,}`, 'xai-'),
  ...rule('langsmith_key', `${hex}{32}_${hex}{10}`, 'lsv2_pt_', 'lsv2_sk_'),
  ...rule('pinecone_key', '[A-Za-z0-9_]{40,}', 'pcsk_'),
  ...rule('supabase_token', '[A-Za-z0-9_]{20,}', 'sbp_', 'sb_secret_'),
  ...rule('netlify_token', `${alnum}{36,}`, 'nfp_', 'nfc_'),
  ...rule('fly_token', '[A-Za-z0-9+/=_-]{40,}', 'fo1_', 'fm1_', 'fm2_'),
  ...rule('heroku_key', `${word}{36,}`, 'HRKU-'),
  ...rule('planetscale_token', '[A-Za-z0-9_.=-]{32,}', 'pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'),
  ...rule('figma_token', `${word}{36,}`, 'figd_', 'figo_'),
  ...rule('dropbox_token', `${word}{100,}`, 'sl.'),
  ...rule('doppler_token', '(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}', 'dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'),
  ...rule('pulumi_token', `${hex}{40}`, 'pul-'),
  ...rule('age_secret_key', '[0-9A-Z]{58}', 'AGE-SECRET-KEY-1'),
  ...rule('alibaba_key', `${alnum}{17,24}`, 'LTAI'),
  ...rule('tencent_key', `${alnum}{32}`, 'AKID'),
  ...rule('contentful_token', `${word}{43}`, 'CFPAT-'),
  ...rule('buildkite_token', `${hex}{40}`, 'bkua_'),
  ...rule('prefect_token', `${alnum}{36}`, 'pnu_', 'pnb_'),
  ...rule('readme_token', `${hex}{70}`, 'rdme_'),
  ...rule('flutterwave_key', '[A-Za-z0-9-]{20,}', 'FLWSECK-', 'FLWSECK_TEST-'),
  ...rule('razorpay_key', `${alnum}{14,24}`, 'rzp_live_', 'rzp_test_'),
  ...rule('easypost_key', `${alnum}{54}`, 'EZAK', 'EZTK'),
  ...rule('shippo_token', `${hex}{40}`, 'shippo_live_', 'shippo_test_'),
  ...rule('duffel_token', `${word}{43}`, 'duffel_live_', 'duffel_test_'),
  ...rule('frameio_token', `${word}{64}`, 'fio-u-'),
  ...rule('scalingo_token', `${word}{48}`, 'tk-us-'),
  ...rule('typeform_token', '[A-Za-z0-9_.=-]{59}', 'tfp_'),
  ...rule('infracost_key', `${alnum}{32}`, 'ico-'),
  ...rule('cloudflare_token', `${hex}{24}-${hex}{100,}`, 'v1.0-'),
];
