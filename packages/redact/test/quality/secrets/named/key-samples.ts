import { bareForms, keyedForms, nameOf, type Form } from '../forms.js';
import { fill, pick, type Random } from '../random.js';
import { place, sampleOf, type Sample } from '../sample.js';

function everyForm(group: string, random: Random, forms: readonly Form[], names: readonly string[], templates: readonly string[]): Sample[] {
  return forms.map(([form, write], at) => {
    const name = nameOf(names[at % names.length] ?? '');
    const value = fill(templates[at % templates.length] ?? '', random);
    return sampleOf(group, group, form, write(name, place), form.startsWith('query') ? value.replaceAll(/[+/=]/g, 'x') : value);
  });
}

/** Keys that the reference knows by a prefix or by the name before them, in every way to write a name and a value. */
export function keySamples(random: Random): Sample[] {
  return [
    ...everyForm('aws_access_key', random, [...keyedForms, ...bareForms], ['AWS_ACCESS_KEY_ID', 'ACCESS_KEY_ID', 'AWS_KEY'], ['AKIA{t16}', 'ASIA{t16}', 'ABIA{t16}', 'ACCA{t16}']),
    ...everyForm('aws_secret_key', random, keyedForms, ['AWS_SECRET_ACCESS_KEY', 'SECRET_ACCESS_KEY', 'AWS_SECRET_KEY', 'SECRET_KEY'], ['{b40}']),
    ...awsBlocks(random),
    ...everyForm('github_token', random, [...keyedForms, ...bareForms], ['GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_PAT'], ['ghp_{a36}', 'gho_{a36}', 'ghu_{a36}', 'ghs_{a36}', 'ghr_{a76}', 'github_pat_{a22}_{a59}']),
    ...githubUrls(random),
    ...everyForm('generic_api_key', random, [...keyedForms, ...keyedForms], ['API_KEY', 'APIKEY', 'API_SECRET', 'API_TOKEN', 'MY_API_KEY', 'SERVICE_API_TOKEN'], ['{a32}', '{h32}', '{w24}', '{a16}', '{h40}', '{l20}', '{w64}', '{g}', '{a48}', '{h64}', '{u26}']),
  ];
}

function awsBlocks(random: Random): Sample[] {
  const templates = [
    `[default]\naws_access_key_id = ID\naws_secret_access_key = ${place}\nregion = eu-west-1\n`,
    `{"AccessKeyId":"ID","SecretAccessKey":"${place}","Expiration":"2026-03-04T10:12:09Z"}`,
    `aws configure set aws_secret_access_key ${place}`,
    `AWS.config.update({ accessKeyId: 'ID', secretAccessKey: '${place}' });`,
    `session = boto3.Session(aws_access_key_id="ID", aws_secret_access_key="${place}")`,
    `credentials: new BasicAWSCredentials("ID", secretKey: "${place}")`,
    `<SecretAccessKey>${place}</SecretAccessKey>`,
    `provider "aws" {\n  access_key = "ID"\n  secret_key = "${place}"\n}`,
  ];
  return templates.map((template) => sampleOf('aws_secret_key', 'aws_secret_key', 'block', template.replace('ID', fill('AKIA{t16}', random)), fill('{b40}', random)));
}

function githubUrls(random: Random): Sample[] {
  const templates = [`git clone https://${place}@github.com/shop/api.git`, `https://x-access-token:${place}@github.com/shop/api`, `machine github.com login bot password ${place}`, `Authorization: token ${place}`, `curl -u bot:${place} https://api.github.com/user`];
  return templates.map((template) => sampleOf('github_token', 'github_token', 'url', template, fill(pick(random, ['ghp_{a36}', 'ghs_{a36}']), random)));
}
