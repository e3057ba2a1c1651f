import { vendorsOf } from './vendor.js';

/** Clouds, hosting, networks, databases. */
export const cloudVendors = vendorsOf(`
aws | ACCESS_KEY_ID | AKIA{t16} ASIA{t16}
google | API_KEY,MAPS_KEY | AIza{w35}
google_oauth | CLIENT_SECRET,ACCESS_TOKEN | GOCSPX-{w28} ya29.a0{w120}
azure | CLIENT_SECRET | !{w3}8Q~{w34}
azure_functions | KEY,HOST_KEY | {w54}==
azure_cognitive | SUBSCRIPTION_KEY,API_KEY | {h32}
digitalocean | TOKEN,ACCESS_TOKEN | dop_v1_{h64} doo_v1_{h64} dor_v1_{h64}
cloudflare | API_TOKEN | {w40}
cloudflare_global | API_KEY | {h37}
cloudflare_origin | CA_KEY | v1.0-{h24}-{h146}
heroku | API_KEY | HRKU-AA{w58}
heroku_legacy | API_KEY | {g}
alibaba | ACCESS_KEY_ID | LTAI{a20}
alibaba_secret | ACCESS_KEY_SECRET,SECRET_KEY | {a30}
tencent | SECRET_ID | AKID{a32}
yandex | API_KEY,IAM_TOKEN | AQVN{w36} t1.{w60}.{w86}
yandex_static | ACCESS_SECRET | YC{w38}
linode | TOKEN,API_TOKEN | {h64}
vultr | API_KEY | {u36}
hetzner | API_TOKEN,CLOUD_TOKEN | {a64}
scaleway | SECRET_KEY | {g}
ovh | APPLICATION_SECRET,CONSUMER_KEY | {a32}
exoscale | API_SECRET | {w43}
ibm | CLOUD_API_KEY | {w44}
fly | API_TOKEN | fo1_{w43} fm2_{b180}
netlify | AUTH_TOKEN,ACCESS_TOKEN | nfp_{a36}
netlify_legacy | AUTH_TOKEN | {w43}
vercel | TOKEN,API_TOKEN | {a24}
vercel_blob | READ_WRITE_TOKEN | vercel_blob_rw_{a16}_{a30}
render | API_KEY | rnd_{a28}
railway | TOKEN | {g}
fastly | API_TOKEN,API_KEY | {w32}
planetscale | TOKEN,PASSWORD | pscale_tkn_{w43} pscale_pw_{w43}
supabase | ACCESS_TOKEN,SECRET_KEY | sbp_{h40} sb_secret_{w31}
neon | API_KEY | napi_{l64}
xata | API_KEY | xau_{a28}
fauna | SECRET | fn{w38}
mongodb_atlas | PRIVATE_KEY | {g}
confluent | API_SECRET,SECRET_KEY | {b64}
upstash | REDIS_REST_TOKEN | {a60}
databricks | TOKEN | dapi{h32}
snowflake | PASSWORD | {a18}
aiven | AUTH_TOKEN,TOKEN | {b372}==
tailscale | AUTH_KEY,API_KEY | tskey-auth-{a12}-{a32} tskey-api-{a12}-{a32}
ngrok | AUTHTOKEN,API_KEY | {a27}_{a21}
hashicorp_vault | TOKEN | hvs.{w90} hvb.{w140}
vault_legacy | TOKEN | {z1}.{a24}
terraform | TOKEN,API_TOKEN | !{a14}.atlasv1.{w67}
pulumi | ACCESS_TOKEN | pul-{h40}
doppler | TOKEN | dp.pt.{a43} dp.st.prd.{a43}
infisical | TOKEN | st.{h24}.{h32}.{h32}
onepassword | SERVICE_ACCOUNT_TOKEN | ops_eyJ{b250}
bitwarden | ACCESS_TOKEN | !0.{g}.{a30}:{b22}==
openshift | TOKEN | sha256~{w43}
rancher | TOKEN | token-{l5}:{l54}
age | SECRET_KEY | AGE-SECRET-KEY-1{c58}
jfrog | API_KEY | AKCp{a69}
scalingo | TOKEN,API_TOKEN | tk-us-{w48}
dnkey | API_KEY | dnkey-{l26}-{l52}
`);
