import { fill, pick, type Random } from '../random.js';
import { place, sampleOf, type Sample } from '../sample.js';

const passwords = ['{a16}', 'Sommer{d4}!', 'p%40ss{a6}', '{a8}!{d2}', 'hunter{d2}', '{l12}', 'S3cure-{a6}_x', '{w24}', 'correct-horse-{z6}', '{a6}$%21{a4}', 'letme{z3}', '{h32}'];
const users = ['admin', 'app', 'root', 'deploy', 'svc_shop', 'anna.miller', 'user%40corp', 'ci-bot'];
const surroundings: readonly (readonly [string, (url: string) => string])[] = [
  ['bare', (url) => url],
  ['env', (url) => `SERVICE_URL=${url}`],
  ['env quoted', (url) => `export UPSTREAM="${url}"`],
  ['yaml', (url) => `  url: ${url}\n  pool: 5`],
  ['json', (url) => `{"url":"${url}","pool":5}`],
  ['source', (url) => `const client = connect('${url}');`],
  ['sentence', (url) => `It only works with ${url}, the other one times out.`],
  ['parentheses', (url) => `the staging host (${url}) is down`],
  ['log', (url) => `2026-03-04T10:12:09Z ERROR could not reach ${url}: timeout`],
  ['markdown', (url) => `Open [the console](${url}) and sign in.`],
  ['xml', (url) => `<endpoint>${url}</endpoint>`],
  ['command', (url) => `curl -fsS ${url} -o out.json`],
];
const web = ['https', 'http', 'ftp', 'sftp', 'https', 'ssh', 'git+https', 'imaps', 'smtp', 'ldap'];
const databases = ['postgres', 'postgresql', 'mysql', 'mongodb', 'mongodb+srv', 'redis', 'rediss', 'amqp', 'amqps', 'mssql', 'mariadb', 'postgresql+asyncpg', 'mysql+pymysql', 'clickhouse', 'cockroachdb', 'sqlserver'];
const webHosts = ['git.corp.test/shop/api.git', 'files.corp.test:8443/a?b=c', '10.0.0.7:8080/', 'proxy.corp.test:3128', 'nexus.corp.test/repository/npm/', '[2001:db8::7]:8080/x'];
const databaseHosts = ['db.corp.test:5432/shop', '10.0.0.7/0', 'cluster0.abcde.mongodb.test/?retryWrites=true&w=majority', 'a.corp.test:27017,b.corp.test:27017/shop?replicaSet=rs0', 'localhost:3306/shop', 'mq.corp.test:5671/%2Fvhost'];

/** Connection URLs with a password, in files, sources and messages. */
export function urlSamples(random: Random): Sample[] {
  const out: Sample[] = [];
  for (const [form, write] of surroundings) {
    for (let i = 0; i < 4; i += 1) {
      out.push(made('password_in_url', form, write, `${pick(random, web)}://${pick(random, users)}:${place}@${pick(random, webHosts)}`, random));
      out.push(made('database_connection_string', form, write, `${pick(random, databases)}://${pick(random, [...users, ''])}:${place}@${pick(random, databaseHosts)}`, random));
    }
  }
  return [...out, ...keyValueStrings(random)];
}

function made(group: string, form: string, write: (url: string) => string, url: string, random: Random): Sample {
  return sampleOf(group, `${group} ${url.slice(0, url.indexOf(':'))}`, form, write(url), fill(pick(random, passwords), random));
}

const pairs = [
  `Server=tcp:sql.corp.test,1433;Database=shop;User ID=app;Password=${place};Encrypt=True;`,
  `Data Source=sql.corp.test;Initial Catalog=shop;User Id=sa;Pwd=${place};`,
  `host=db.corp.test port=5432 dbname=shop user=app password=${place} sslmode=require`,
  `jdbc:mysql://db.corp.test:3306/shop?user=app&password=${place}&useSSL=true`,
  `jdbc:sqlserver://sql.corp.test:1433;databaseName=shop;user=app;password=${place};encrypt=true`,
  `"ConnectionStrings": { "Shop": "Server=db;Database=shop;Uid=app;Pwd=${place};" }`,
  `<add name="Shop" connectionString="Server=db;Database=shop;User ID=app;Password=${place}" />`,
  `Driver={ODBC Driver 18 for SQL Server};Server=db;UID=app;PWD=${place};Encrypt=yes`,
  `app:${place}@tcp(db.corp.test:3306)/shop?parseTime=true`,
  `PGPASSWORD=${place} psql -h db.corp.test -U app shop`,
  `mysql -h db.corp.test -u app -p${place} shop`,
  `redis-cli -h cache.corp.test -a ${place} ping`,
];

function keyValueStrings(random: Random): Sample[] {
  return pairs.map((template) => sampleOf('database_connection_string', 'key-value string', 'pairs', template, fill(pick(random, ['{a16}', 'Sommer{d4}!', '{a8}!{d2}', '{w24}']), random)));
}
