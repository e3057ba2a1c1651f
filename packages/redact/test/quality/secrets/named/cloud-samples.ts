import { fill, pick, type Random } from '../random.js';
import { place, sampleOf, type Sample } from '../sample.js';
import { keyBlock } from './block-samples.js';

const layouts: readonly (readonly [string, (fields: readonly (readonly [string, string])[]) => string])[] = [
  ['pretty', (fields) => `{\n${fields.map(([name, value]) => `  "${name}": "${value}"`).join(',\n')}\n}`],
  ['compact', (fields) => `{${fields.map(([name, value]) => `"${name}":"${value}"`).join(',')}}`],
  ['spaced', (fields) => `{ ${fields.map(([name, value]) => `"${name}" : "${value}"`).join(' , ')} }`],
  ['python', (fields) => `info = {\n${fields.map(([name, value]) => `    '${name}': '${value}',`).join('\n')}\n}`],
  ['env', (fields) => `GOOGLE_CREDENTIALS='{${fields.map(([name, value]) => `"${name}":"${value}"`).join(',')}}'`],
  ['json in json', (fields) => `{"data":"{${fields.map(([name, value]) => `\\"${name}\\":\\"${value.replaceAll('\\', '\\\\')}\\"`).join(',')}}"}`],
  ['yaml', (fields) => fields.map(([name, value]) => `${name}: "${value}"`).join('\n')],
  ['log', (fields) => `loaded credentials {${fields.map(([name, value]) => `"${name}": "${value}"`).join(', ')}} for project shop`],
];

/** Service account files of Google, fields in several orders; the id and the key block are two samples. */
function serviceAccounts(random: Random): Sample[] {
  const out: Sample[] = [];
  for (const [form, write] of layouts) {
    for (const order of [0, 1, 2]) {
      const id = fill('{h40}', random);
      const block = keyBlock('', 8, random).replaceAll('\n', String.raw`\n`);
      const fields = (hidden: 'id' | 'key'): string => {
        const all: [string, string][] = [['type', 'service_account'], ['project_id', 'shop-prod'], ['private_key_id', hidden === 'id' ? place : id], ['private_key', hidden === 'key' ? place : block], ['client_email', 'svc@shop-prod.iam.gserviceaccount.test']];
        return write(order === 0 ? all : order === 1 ? all.toReversed() : [...all.slice(2), ...all.slice(0, 2)]);
      };
      out.push(sampleOf('gcp_service_account', 'private_key_id', form, fields('id'), id));
      if (form !== 'json in json') out.push(sampleOf('gcp_service_account', 'private_key', form, fields('key'), block));
    }
  }
  return out;
}

const connections = [
  `DefaultEndpointsProtocol=https;AccountName=shopfiles;AccountKey=${place};EndpointSuffix=core.windows.net`,
  `DefaultEndpointsProtocol=http;AccountName=shop;AccountKey=${place};BlobEndpoint=http://127.0.0.1:10000/shop;`,
  `AccountName=shopfiles;AccountKey=${place}`, `AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey=${place};`,
];
const buses = [
  `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${place}`,
  `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=${place};EntityPath=orders`,
  `HostName=shop.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey=${place}`,
  `HostName=shop.azure-devices.net;DeviceId=d7;SharedAccessKey=${place}`, `Endpoint=https://shop.azconfig.io;Id=ab-l0-s0:x;Secret=${place}`,
  `endpoint=https://shop.communication.azure.com/;accesskey=${place}`, `Endpoint=https://shop.webpubsub.azure.com;AccessKey=${place};Version=1.0;`,
];
const around: readonly (readonly [string, (text: string) => string])[] = [
  ['bare', (text) => text], ['env', (text) => `AZURE_STORAGE_CONNECTION_STRING=${text}`], ['env quoted', (text) => `export CONN="${text}"`], ['json', (text) => `{"connectionString":"${text}"}`],
  ['yaml', (text) => `  connection: ${text}`], ['source', (text) => `var client = new Client("${text}");`], ['log', (text) => `10:12:09 connecting with ${text}`], ['xml', (text) => `<add name="x" connectionString="${text}" />`],
];

function azureStrings(random: Random): Sample[] {
  const long = around.flatMap(([form, write]) => connections.map((text) => sampleOf('azure_connection_string', 'account key', form, write(text), fill('{b86}==', random))));
  const short = around.flatMap(([form, write]) => buses.slice(0, 4).concat(pick(random, buses)).map((text) => sampleOf('azure_connection_string', 'shared key', form, write(text), fill('{b43}=', random))));
  const signatures = [`https://shop.blob.core.windows.net/a/b.txt?sv=2022-11-02&sr=b&sig=${place}&se=2026-01-01`, `SharedAccessSignature=sv=2022-11-02&ss=b&sig=${place}`, `BlobEndpoint=https://shop.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&sp=rl&sig=${place}`];
  return [...long, ...short, ...signatures.map((text) => sampleOf('azure_connection_string', 'signature', 'url', text, fill('{a43}%3D', random)))];
}

export function cloudSamples(random: Random): Sample[] {
  return [...serviceAccounts(random), ...azureStrings(random)];
}
