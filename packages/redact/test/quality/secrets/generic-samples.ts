import { keyedForms, nameOf } from './forms.js';
import { moreForms } from './more-forms.js';
import { fill, pick, seeded, some } from './random.js';
import { place, sampleOf, type Sample } from './sample.js';

interface Kind {
  readonly group: string;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    group: 'password',
    names: ['PASSWORD', 'DB_PASSWORD', 'ADMIN_PASSWORD', 'USER_PASSWD', 'SMTP_PASS', 'MYSQL_ROOT_PASSWORD', 'PWD', 'REDIS_PASSWORD', 'KEYSTORE_PASSWORD', 'LOGIN_PASSWORD', 'SSH_PASS', 'PROXY_PASSWORD', 'WIFI_PASSWORD', 'MASTER_PASSWORD'],
    values: ['{a16}', 'Sommer{d4}!', 'hunter{d2}', '{a4}-{a4}-{a4}', 'P@ss{d3}word', '{z8}{d2}', 'Tr0ub4dor_{d1}', 'qwerty{d4}', '{a6}#{a6}', 'ilove{z5}', 'Welcome{d2}', 'k8s!{a8}', '{z9}', '{d8}'],
  },
  {
    group: 'passphrase',
    names: ['PASSPHRASE', 'KEY_PASSPHRASE', 'GPG_PASSPHRASE', 'BACKUP_PASSPHRASE'],
    values: ['correct-{z5}-battery-{z6}', '{z5}-{z6}-{z4}-{z5}', '{a24}'],
  },
  {
    group: 'secret',
    names: ['SECRET', 'CLIENT_SECRET', 'APP_SECRET', 'SESSION_SECRET', 'JWT_SECRET', 'COOKIE_SECRET', 'WEBHOOK_SECRET', 'SECRET_KEY_BASE', 'SHARED_SECRET', 'SIGNING_SECRET', 'OAUTH_CLIENT_SECRET', 'NEXTAUTH_SECRET', 'DJANGO_SECRET_KEY', 'HMAC_SECRET'],
    values: ['{a32}', '{h64}', '{w43}', '{b43}=', '{a20}', '{h128}', '{g}', '{l24}', 'my-{z6}-{a8}', '{w50}', '{a12}'],
  },
  {
    group: 'token',
    names: ['TOKEN', 'ACCESS_TOKEN', 'AUTH_TOKEN', 'REFRESH_TOKEN', 'BOT_TOKEN', 'API_TOKEN', 'ID_TOKEN', 'CSRF_TOKEN', 'DEPLOY_TOKEN', 'SESSION_TOKEN', 'SERVICE_TOKEN', 'USER_TOKEN', 'X_AUTH_TOKEN', 'VERIFICATION_TOKEN'],
    values: ['{a40}', '{h32}', '{w43}', '{g}', '{a24}', '{h40}', '{b64}', '{l32}', '{a64}', '{w22}'],
  },
  {
    group: 'key',
    names: ['ENCRYPTION_KEY', 'PRIVATE_KEY', 'ACCESS_KEY', 'APP_KEY', 'MASTER_KEY', 'SIGNING_KEY', 'LICENSE_KEY', 'AUTH_KEY', 'SERVICE_KEY', 'STORAGE_KEY', 'AES_KEY', 'SSO_KEY', 'CREDENTIALS', 'AUTH'],
    values: ['{h64}', '{b43}=', '{a32}', '{w43}', '{h32}', 'base64:{b43}=', '{a40}', '{u5}-{u5}-{u5}-{u5}', '0x{h64}'],
  },
];

const urls = new Set(['query', 'query only', 'fragment', 'http form', 'curl form', 'cookie']);

/** Assignments to names that say "secret" without saying whose. */
export function genericSamples(seed: string): readonly Sample[] {
  const random = seeded(`${seed} generic`);
  return kinds.flatMap(({ group, names, values }) =>
    names.flatMap((name) =>
      some(random, [...keyedForms, ...moreForms], Math.ceil(140 / names.length)).map(([form, write]) => {
        const value = fill(pick(random, values), random);
        return sampleOf(`generic ${group}`, name, form, write(nameOf(name), place), urls.has(form) ? value.replaceAll(/[+/=&#]/g, 'x') : value);
      }),
    ),
  );
}
