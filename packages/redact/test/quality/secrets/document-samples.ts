import { fill, seeded } from './random.js';
import { sampleOf, place, type Sample } from './sample.js';

/** Whole files; what stands between `«` and `»` is to be hidden, each in a sample of its own. */
const documents: Readonly<Record<string, string>> = {
  '.env': 'NODE_ENV=production\nPORT=8080\nDATABASE_URL=postgres://shop:«{a16}»@db.corp.test:5432/shop\nREDIS_PASSWORD=«{a20}»\nJWT_SECRET=«{h64}»\nSTRIPE_KEY=«sk_live_{a24}»\nSMTP_PASS=«{a12}!»\nSENTRY_DSN=https://{h32}@o1.ingest.sentry.test/7\nLOG_LEVEL=info\n',
  'compose.yml': 'services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n      POSTGRES_PASSWORD: «{a14}»\n  api:\n    image: shop/api:1.4\n    environment:\n      - API_KEY=«{a32}»\n      - SESSION_SECRET=«{w43}»\n    ports: ["8080:80"]\n',
  'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\nstringData:\n  db-password: «{a18}»\n  api-token: «{w40}»\n  client-secret: "«{a32}»"\n',
  'terraform.tfvars': 'region      = "eu-west-1"\ndb_password = "«{a16}#{d2}»"\napi_token   = "«{h40}»"\nssh_user    = "deploy"\naccess_key  = "«AKIA{t16}»"\nsecret_key  = "«{b40}»"\n',
  'appsettings.json': '{\n  "Logging": { "LogLevel": { "Default": "Information" } },\n  "ConnectionStrings": {\n    "Shop": "Server=db;Database=shop;User Id=app;Password=«{a16}»;"\n  },\n  "Jwt": { "Issuer": "shop", "SecretKey": "«{a48}»" },\n  "SendGrid": { "ApiKey": "«SG.{w22}.{w43}»" }\n}\n',
  'application.yml': 'spring:\n  datasource:\n    url: jdbc:postgresql://db:5432/shop\n    username: shop\n    password: «{a12}»\n  mail:\n    host: smtp.corp.test\n    password: "«{a16}»"\njwt:\n  secret: «{w64}»\n',
  'settings.py': "import os\n\nDEBUG = False\nSECRET_KEY = 'django-insecure-«{a50}»'\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'USER': 'shop', 'PASSWORD': '«{a15}»', 'HOST': 'db'}}\nEMAIL_HOST_PASSWORD = '«{a16}»'\nAWS_SECRET_ACCESS_KEY = '«{b40}»'\n",
  '.npmrc': 'registry=https://npm.corp.test/\n//npm.corp.test/:_auth{z0}Token=«npm_{a36}»\n//other.corp.test/:_auth{z0}Token=«{g}»\n//third.corp.test/:_password=«{a22}==»\nalways-auth=true\n',
  '.netrc': 'machine api.corp.test\n  login deploy\n  password «{a20}»\nmachine git.corp.test login bot password «{h40}»\n',
  '.pypirc': '[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = «pypi-AgEIcHlwaS5vcmc{w90}»\n',
  '.git-credentials': 'https://deploy:«ghp_{a36}»@github.com\nhttps://bot:«{a20}»@git.corp.test\n',
  'wp-config.php': "<?php\ndefine('DB_NAME', 'shop');\ndefine('DB_USER', 'shop');\ndefine('DB_PASSWORD', '«{a16}»');\ndefine('AUTH_KEY', '«{a64}»');\ndefine('NONCE_SALT', '«{a64}»');\n$table_prefix = 'wp_';\n",
  'kubeconfig': 'apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.0.0.7:6443\nusers:\n- name: admin\n  user:\n    client-key-data: «{b400}»\n- name: bot\n  user:\n    token: «eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOi{w90}.{w86}»\n',
  'docker config.json': '{\n  "auths": {\n    "registry.corp.test": { "auth": "«{a36}=»" }\n  }\n}\n',
  'credentials': '[default]\naws_access_key_id = «AKIA{t16}»\naws_secret_access_key = «{b40}»\n\n[staging]\naws_access_key_id = «ASIA{t16}»\naws_secret_access_key = «{b40}»\naws_session_token = «{b300}»\n',
  'build log': '[10:12:01] Step 3/9: npm ci\n[10:12:09] added 812 packages in 8s\n[10:12:10] + docker login -u bot -p «{a24}» registry.corp.test\n[10:12:11] Login Succeeded\n[10:12:12] + curl -H "Authorization: Bearer «{a40}»" https://api.corp.test/deploy\n[10:12:13] {"status":"ok","token":"«{w32}»"}\n',
  'chat': 'ann: the deploy is broken again, who has the credentials?\ntom: user is deploy, password is «{a12}»\nann: thanks! and the API key?\ntom: here: «sk-proj-{w74}T3BlbkFJ{w74}»\nann: got it, the webhook secret?\ntom: whsec: «whsec_{a32}»\n',
  'http': 'POST /oauth/token HTTP/1.1\nHost: login.corp.test\nAuthorization: Basic «{a40}==»\nCookie: session=«{a32}»\n\ngrant_type=password&username=ann&password=«{a14}»&client_secret=«{a32}»\n\nHTTP/1.1 200 OK\n\n{"access_token":"«{w64}»","token_type":"bearer","expires_in":3600,"refresh_token":"«{w48}»"}\n',
  'stack trace': 'Error: connect ECONNREFUSED\n    at Client.connect (/app/db.js:14:9)\n  config: { host: \'db\', user: \'shop\', password: \'«{a16}»\', database: \'shop\' }\n  headers: { \'x-api-key\': \'«{a32}»\', \'content-type\': \'application/json\' }\n',
  'notebook': '{"cells":[{"cell_type":"code","source":["import openai\\n","openai.api_key = \\"«sk-{a20}T3BlbkFJ{a20}»\\"\\n","hf_token = \'«hf_{L34}»\'\\n"]}]}',
  'crontab': 'MAILTO=ops\n0 3 * * * PGPASSWORD=«{a14}» pg_dump -h db shop > /backup/shop.sql\n0 4 * * * restic -r s3:backup --password «{a18}» prune\n',
  'ansible': 'all:\n  vars:\n    ansible_user: deploy\n    ansible_password: «{a14}»\n    ansible_become_pass: «{a14}»\n    vault_token: «hvs.{w90}»\n',
  'postman': '{"name":"shop","values":[{"key":"base_url","value":"https://api.corp.test"},{"key":"api_key","value":"«{a32}»","enabled":true},{"key":"password","value":"«{a14}»"}]}',
  'wireless': 'network={\n  ssid="office"\n  psk="«{a14}»"\n}\n',
  'supervisor': '[unix_http_server]\nfile=/run/supervisor.sock\nusername = ops\npassword = «{a12}»\n\n[program:api]\nenvironment=API_TOKEN="«{a32}»",REGION="eu"\n',
};

/** Every hidden place of every document, with the values of the others drawn as well. */
export function documentSamples(seed: string): readonly Sample[] {
  const random = seeded(`${seed} documents`);
  return Object.entries(documents).flatMap(([name, text]) => {
    const parts = text.split(/«|»/);
    return parts.flatMap((_, hidden) => {
      if (hidden % 2 === 0) return [];
      const filled = parts.map((part) => fill(part, random));
      const template = filled.map((part, at) => (at === hidden ? place : part)).join('');
      return [sampleOf('document', name, `${name} ${String((hidden + 1) / 2)}`, template, filled[hidden] ?? '')];
    });
  });
}
