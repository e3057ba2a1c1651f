import { vendorsOf } from './vendor.js';

/** Messages, social networks, customers, mail. */
export const peopleVendors = vendorsOf(`
slack | BOT_TOKEN,TOKEN | xoxb-{d12}-{d13}-{a24} xoxp-{d12}-{d12}-{d12}-{h32} xapp-1-A{u10}-{d13}-{h64} xoxe-1-{a146}
slack_webhook | WEBHOOK_URL | https://hooks.slack.com/services/^T{u8}/B{u10}/{a24}
discord | BOT_TOKEN,TOKEN | !M{a23}.{w6}.{w27} !N{a23}.{w6}.{w38}
discord_webhook | WEBHOOK | https://discord.com/api/webhooks/^{d18}/{w68}
discord_client | CLIENT_SECRET | {w32}
telegram | BOT_TOKEN,TOKEN | !{d10}:AA{w33}
teams_webhook | WEBHOOK_URL | https://corp.webhook.office.com/webhookb2/^{g}@{g}/IncomingWebhook/{h32}/{g}
mattermost | ACCESS_TOKEN,TOKEN | {l26}
zoom | CLIENT_SECRET,API_SECRET | {a32}
twilio | API_KEY | SK{h32}
twilio_auth | AUTH_TOKEN | {h32}
vonage | API_SECRET | {a16}
plivo | AUTH_TOKEN | {b40}
messagebird | API_KEY,ACCESS_KEY | {a25}
telnyx | API_KEY | KEY0{H31}_{a22}
sinch | API_TOKEN | {h32}
infobip | API_KEY | {h32}-{g}
sendgrid | API_KEY | SG.{w22}.{w43}
mailgun | API_KEY | key-{h32}
mailgun_new | API_KEY,SENDING_KEY | {h32}-{h8}-{h8}
mailchimp | API_KEY | !{h32}-us{d2}
mandrill | API_KEY | md-{a22}
postmark | SERVER_TOKEN,API_TOKEN | {g}
sparkpost | API_KEY | {h40}
mailjet | SECRET_KEY,API_KEY | {h32}
brevo | API_KEY | xkeysib-{h64}-{a16}
resend | API_KEY | re_{a8}_{a24}
klaviyo | API_KEY,PRIVATE_KEY | pk_{h34}
customerio | API_KEY | {h32}
onesignal | REST_API_KEY | {a48}
sendbird | API_TOKEN,ACCESS_TOKEN | {h40}
pusher | APP_SECRET,SECRET | {h20}
ably | API_KEY | !{a6}.{a6}:{w43}
stream | API_SECRET | {l64}
intercom | ACCESS_TOKEN,API_KEY | {b59}=
zendesk | API_TOKEN,SECRET_KEY | {a40}
freshdesk | API_KEY | {a20}
hubspot | API_KEY | pat-na1-{g} pat-eu1-{g}
hubspot_legacy | API_KEY | {g}
salesforce | ACCESS_TOKEN | !00D{a12}!AQ{w90}
pipedrive | API_TOKEN | {h40}
zoho | REFRESH_TOKEN | 1000.{h32}.{h32}
activecampaign | API_KEY | {h72}
monday | API_TOKEN | eyJhbGciOiJIUzI1NiJ9.{w120}.{w43}
typeform | API_TOKEN | tfp_{w59}
jotform | API_KEY | {h32}
beamer | API_TOKEN | b_{w44}
facebook | ACCESS_TOKEN,PAGE_TOKEN | EAACEdEose0cBA{a150} EAA{a180}
facebook_app | APP_SECRET,CLIENT_SECRET | {h32}
instagram | ACCESS_TOKEN | IGQVJ{a140}
twitter | API_SECRET,ACCESS_TOKEN_SECRET | {a50}
twitter_bearer | BEARER_TOKEN | AAAAAAAAAAAAAAAAAAAAA{a90}
linkedin | CLIENT_SECRET | {a16}
reddit | CLIENT_SECRET | {w27}
twitch | CLIENT_SECRET,API_TOKEN | {l30}
spotify | CLIENT_SECRET | {h32}
flickr | ACCESS_TOKEN,API_KEY | {h32}
dropbox | ACCESS_TOKEN | sl.{w136}
dropbox_legacy | API_SECRET,APP_SECRET | {l15}
box | CLIENT_SECRET | {a32}
frameio | TOKEN,API_TOKEN | fio-u-{w64}
auth0 | CLIENT_SECRET | {w64}
okta | API_TOKEN,ACCESS_TOKEN | 00{w40}
clerk | SECRET_KEY | sk_live_{a42} sk_test_{a42}
workos | API_KEY | sk_live_{a60}
stytch | SECRET | secret-live-{w36}
firebase_messaging | SERVER_KEY | AAAA{w7}:APA91b{w134}
recaptcha | SECRET_KEY | 6L{w38}
keycloak | CLIENT_SECRET | {a32}
`);
