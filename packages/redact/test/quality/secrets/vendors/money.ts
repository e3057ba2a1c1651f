import { vendorsOf } from './vendor.js';

/** Payment, banking, exchanges, shops. */
export const moneyVendors = vendorsOf(`
stripe | SECRET_KEY,API_KEY | sk_live_{a24} sk_test_{a24} rk_live_{a24} sk_live_51{a97} rk_test_{a99}
stripe_webhook | WEBHOOK_SECRET | whsec_{a32}
paypal | CLIENT_SECRET,SECRET | {w80}
braintree | ACCESS_TOKEN | access_token$production\${l16}\${h32}
square | ACCESS_TOKEN | EAAA{w60} sq0atp-{w22}
square_oauth | SECRET | sq0csp-{w43}
adyen | API_KEY | AQE{b85}=-{b43}=-{w16}
mollie | API_KEY | live_{a30} test_{a30}
paystack | SECRET_KEY | sk_live_{h40} sk_test_{h40}
razorpay | KEY_ID | rzp_live_{a14} rzp_test_{a14}
razorpay_secret | KEY_SECRET | {a24}
flutterwave | SECRET_KEY | FLWSECK_TEST-{h32}-X FLWSECK-{h32}-X
checkout | SECRET_KEY | sk_{g} sk_test_{g}
gocardless | TOKEN,ACCESS_TOKEN | live_{w40}
plaid | ACCESS_TOKEN | access-production-{g} access-sandbox-{g}
plaid_secret | SECRET | {h30}
finicity | API_TOKEN,CLIENT_SECRET | {h32}
dwolla | CLIENT_SECRET,KEY | {a50}
wise | API_TOKEN | {g}
lob | API_KEY | live_{h35} test_{h35}
shippo | API_TOKEN | shippo_live_{h40} shippo_test_{h40}
easypost | API_KEY | EZAK{a54} EZTK{a54}
duffel | ACCESS_TOKEN | duffel_live_{w43} duffel_test_{w43}
shopify | ACCESS_TOKEN,SHARED_SECRET | shpat_{h32} shpca_{h32} shppa_{h32} shpss_{h32}
woocommerce | CONSUMER_KEY,CONSUMER_SECRET | ck_{h40} cs_{h40}
bigcommerce | ACCESS_TOKEN | {l31}
magento | ACCESS_TOKEN,API_TOKEN | {l32}
etsy | API_KEY,ACCESS_TOKEN | {l24}
squarespace | ACCESS_TOKEN,API_KEY | {g}
ebay | CLIENT_SECRET | PRD-{h12}-{h4}-{h4}-{h4}-{h4}
amazon_mws | AUTH_TOKEN | amzn.mws.{g}
amazon_lwa | CLIENT_SECRET | amzn1.oa2-cs.v1.{h64}
binance | API_KEY,SECRET_KEY | {a64}
coinbase | ACCESS_TOKEN,API_SECRET | {w64}
kraken | ACCESS_TOKEN,PRIVATE_KEY | {b86}==
kucoin | ACCESS_TOKEN | {h24}
kucoin_secret | SECRET_KEY | {g}
bittrex | ACCESS_KEY,SECRET_KEY | {l32}
bitfinex | API_KEY,API_SECRET | {a43}
bybit | API_SECRET | {a36}
okx | SECRET_KEY | {H32}
gemini_exchange | API_SECRET | {a28}
etherscan | API_KEY | {u34}
infura | API_SECRET,PROJECT_SECRET | {h32}
alchemy | API_KEY | {w32}
ethereum | PRIVATE_KEY | {z0}0x{h64}
settlemint | ACCESS_TOKEN | sm_aat_{a16} sm_pat_{a16}
freshbooks | ACCESS_TOKEN,CLIENT_SECRET | {h64}
xero | CLIENT_SECRET | {w48}
quickbooks | CLIENT_SECRET | {a40}
chargebee | API_KEY | live_{a32} test_{a32}
recurly | PRIVATE_KEY | {h32}
taxjar | API_TOKEN | {h32}
currencylayer | ACCESS_KEY,API_KEY | {h32}
fixer | ACCESS_KEY | {a32}
polygon | API_KEY | {w32}
alpaca | SECRET_KEY | {a40}
`);
