import { vendorsOf } from './vendor.js';

/** Models, monitoring, search, maps and data. */
export const machineVendors = vendorsOf(`
openai | API_KEY | sk-{a20}T3BlbkFJ{a20} sk-proj-{w74}T3BlbkFJ{w74} sk-svcacct-{w74}T3BlbkFJ{w74}
anthropic | API_KEY | sk-ant-api03-{w93}AA sk-ant-admin01-{w93}AA
openrouter | API_KEY | sk-or-v1-{h64}
deepseek | API_KEY | sk-{h32}
huggingface | TOKEN,API_KEY | hf_{L34}
replicate | API_TOKEN | r8_{a37}
groq | API_KEY | gsk_{a52}
perplexity | API_KEY | pplx-{a48}
xai | API_KEY | xai-{a80}
nvidia | API_KEY | nvapi-{w64}
cerebras | API_KEY | csk-{l48}
fireworks | API_KEY | fw_{a24}
voyage | API_KEY | pa-{w43}
elevenlabs | API_KEY | sk_{h48}
cohere | API_KEY,API_TOKEN | {a40}
mistral | API_KEY | {a32}
together | API_KEY | {h64}
stability | API_KEY | sk-{a48}
deepgram | API_KEY | {h40}
assemblyai | API_KEY | {h32}
wandb | API_KEY | {h40}
pinecone | API_KEY | pcsk_{a5}_{a63}
pinecone_legacy | API_KEY | {g}
weaviate | API_KEY | {a36}
langsmith | API_KEY | lsv2_pt_{h32}_{h10} lsv2_sk_{h32}_{h10}
langfuse | SECRET_KEY | sk-lf-{g}
tavily | API_KEY | tvly-{a32}
kaggle | KEY,API_KEY | {h32}
datadog | API_KEY | {h32}
datadog_app | APP_KEY,ACCESS_TOKEN | {h40}
newrelic | API_KEY,LICENSE_KEY | NRAK-{u27} NRII-{w32} NRJS-{h19} NRIQ-{w32}
newrelic_license | LICENSE_KEY | {h36}NRAL
grafana | TOKEN,API_KEY | glsa_{a32}_{h8} glc_{b60} eyJrIjoi{a90}
sentry | AUTH_TOKEN | sntrys_eyJ{b120} sntryu_{h64}
sentry_legacy | AUTH_TOKEN,ACCESS_TOKEN | {h64}
rollbar | ACCESS_TOKEN | {h32}
bugsnag | API_KEY | {h32}
honeycomb | API_KEY | {a22}
honeybadger | API_KEY | hbp_{a36}
loggly | TOKEN,CUSTOMER_TOKEN | {g}
logzio | API_TOKEN | {g}
sumologic | ACCESS_KEY | {a64}
splunk | HEC_TOKEN,TOKEN | {g}
elastic | API_KEY | {a57}w==
pagerduty | API_KEY,TOKEN | {w20}
opsgenie | API_KEY | {g}
betterstack | SOURCE_TOKEN | {a24}
posthog | PERSONAL_API_KEY | phx_{a43}
mixpanel | API_SECRET | {h32}
amplitude | SECRET_KEY | {h32}
segment | WRITE_KEY | {a32}
statsig | SERVER_SECRET | secret-{a43}
algolia | API_KEY,ADMIN_API_KEY | {h32}
meilisearch | MASTER_KEY,API_KEY | {w43}
typesense | API_KEY | {a32}
serpapi | API_KEY | {h64}
rapidapi | KEY,ACCESS_TOKEN | {a50}
mapbox | SECRET_TOKEN | sk.eyJ{a84}.{w22}
mapbox_public | ACCESS_TOKEN | pk.eyJ{a84}.{w22}
here | API_KEY | {w43}
tomtom | API_KEY | {a32}
openweather | API_KEY | {h32}
ipstack | ACCESS_KEY | {h32}
unsplash | SECRET_KEY | {w43}
pexels | API_KEY | {a56}
cloudinary | API_SECRET | {w27}
cloudinary_url | =CLOUDINARY_URL | cloudinary://{d15}:^{w27}^@shopimages
steam | API_KEY | {H32}
newyorktimes | API_KEY | {a32}
adafruit | IO_KEY | aio_{a28}
adobe | CLIENT_SECRET | p8e-{l32}
intra42 | CLIENT_SECRET | s-s4t2ud-{h64}
rootly | API_KEY | rootly_{h64}
zuplo | API_KEY | zpka_{l32}_{h8}
`);
