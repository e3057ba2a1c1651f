/** What a word near a number says about it, as bits. */
export const PHONE = 1;
/** Says it of a whole number only: `text 5551234567`, not `text 1234567`. */
export const PHONE_WEAK = 2;
export const SSN = 4;
export const CARD = 8;
/** Names a thing whose numbers look like anything: an order, a part. */
export const THING = 16;
/** Names a number that identifies or measures: an id, an amount. */
export const LABEL = 32;
export const VERSION = 64;
/** `number`, `no`, `#`: belongs to the word before it. */
export const NUMBER = 128;
/** `is`, `was`: stands between a name and its number. */
export const LINK = 256;
/** `my`, `new`, `home`: with `number` after it, a telephone. */
export const MINE = 512;
export const SOCIAL = 1024;
export const SECURITY = 2048;
/** `customer`: with `number` after it no telephone. */
export const ROLE = 4096;
export const SS = 8192;
/** File endings that are no host. */
export const FILE = 16_384;
/** Speaks of machines and their addresses. */
export const NET = 32_768;
/** What is counted in it. */
export const UNIT = 65_536;
/** May name the number of a taxpayer who has no social security number. */
export const TAX = 131_072;

const lists: readonly (readonly [number, string])[] = [
  [PHONE, 'phone phones telephone telephones phoneno phonenumber phonenum telephonenumber tel tels telno telf tlf tfno fon fone ph phn mobile mobiles mob mobileno mobilenumber mobilephone'],
  [PHONE, 'cell cellular cellphone cellphones cellno cellnumber homephone workphone officephone smartphone fax faxes faxno faxnumber sms whatsapp whats viber telegram dial dialed dialled dialing dialling'],
  [PHONE, 'hotline helpline callback callbacks voicemail pager landline tollfree freephone msisdn call calls called calling facetime imessage switchboard'],
  [PHONE, 'telefon telefono telefone telefoon telefone telefonnummer telefonnr telefoonnummer telefoonnr telefonisch telefonat teléfono teléfonos telefonos téléphone téléphoner telefonu telefonní telefonszám telefonul telefonische'],
  [PHONE, 'handy handynummer handynr mobil mobiltelefon mobilnummer mobilnr mobilfunk mobilfunknummer mobiel mobieltje móvil movil móviles celular celulares cellulare cel móvel telemóvel telemovel gsm'],
  [PHONE, 'rückruf rueckruf rückrufnummer rufnummer rufnr festnetz festnetznummer anrufen anruf llamar llame llámame llámeme llamada llamadas appelez appeler appelle chiama chiamare chiamami chiamate bellen ligue ligar puhelin puhelinnumero puh matkapuhelin'],
  [PHONE, 'телефон телефона телефону телефоны тел моб мобильный мобильного сотовый звоните звонить факс номер τηλέφωνο τηλ κινητό هاتف الهاتف جوال الجوال טלפון נייד'],
  [PHONE_WEAK, 'text texted texting ring reach reached contact contactable contacting reachable portable joignable erreichen erreichbar contactez contacter contacta contáctanos contáctenos contactar contatar contattare contattaci contatto contacto kontakt kontaktieren kontaktujte neem zap wa'],
  [SSN, 'ssn ssns ssnumber ssnno ssnum socialsecurity socialsecuritynumber socsec nss'],
  [SSN | TAX, 'tin taxpayer taxpayerid'],
  [TAX, 'itin'],
  [SOCIAL, 'social soc'],
  [SECURITY, 'security sec seguro seguridad'],
  [SS, 'ss'],
  [CARD, 'card cards cardno cardnum cardnumber creditcard debitcard ccnumber ccnum ccno visa mastercard maestro amex americanexpress discover diners jcb unionpay rupay mir elo hipercard verve dankort cc pan debit credit kreditkarte karte kartennummer kreditkartennummer tarjeta carte carta cartão cartao karta kort pago'],
  [THING, 'order orders ordernumber orderno invoice invoices ticket tickets sku part parts serial serialnumber tracking isbn issn ean upc gtin asin item items model batch lot imei iccid imsi barcode bestellnummer rechnung rechnungsnummer pedido factura commande facture parcel shipment waybill'],
  [LABEL, 'id ids uid gid uuid guid ref reference issue account accounts acct konto kontonummer cuenta compte conto transaction transactions txn payment receipt booking reservation confirmation policy claim record mrn license licence plate routing aba iban swift bic vin'],
  [LABEL, 'zip postcode postal code codes otp error errors timestamp timestamps ts epoch unix date port pid tid process thread session request trace span commit hash checksum size bytes length total totals amount price cost balance salary population row rows offset index count quantity qty'],
  [LABEL, 'page pages docket flight doi pmid arxiv bug ein vat siren siret abn acn tfn cpf cnpj nif dni aadhaar pesel dl passport nhs npi dea seed nonce sequence seq counter ms ns eur gbp isin cusip steuernummer kundennummer'],
  [VERSION, 'v ver vers version versions versión versione rev revision release releases build firmware section sections chapter clause oid assembly upgrade upgraded driver appendix paragraph'],
  [NUMBER, 'number numbers no nr num nos nbr nummer número numero numéro núm num broj numer nro'],
  [LINK, 'is was are at on to the a under via be as it s für unter ist es est au en al à o por for now'],
  [MINE, 'my his her your their our new old home work office business daytime evening emergency alternate alternative secondary primary preferred best direct private personal mom dad mother father wife husband sister brother mi tu su mon ma sa votre meine mein deine ihre neue meu minha mio'],
  [ROLE, 'customer client employee student patient member membership user staff agent vendor supplier house apartment room seat gate bus train route'],
  [NET, 'ip ips ipv ipaddress ipaddr addr address addresses adresse dirección host hosts hostname server servers serveur servidor dns gateway subnet netmask network client clients remote peer node proxy router ping ssh curl telnet connect connected connecting connection connections listen listening bind bound nameserver resolver inet cidr traceroute login logged whitelist blacklist allowlist allow deny blocked block banned machine source destination src dst forwarded attacker traffic endpoint firewall localhost interface resolve resolves resolved'],
  [UNIT, 'kg km ml rpm mm cm mi lb lbs oz ms ns hz khz mhz ghz kb mb gb tb kwh usd eur gbp chf people units bytes rows items meters metres miles tons votes tokens'],
  [FILE, 'png jpg jpeg gif svg webp ico bmp tiff avif css scss less html htm js jsx ts tsx mjs cjs json rb java cpp yaml yml toml lock txt pdf xml csv mp4 webm woff ttf map exe dll jar tgz whl conf service'],
];

const size = 4096;
const hashes = new Int32Array(size);
const flags = new Int32Array(size);

for (const [flag, words] of lists) for (const word of words.split(' ')) add(word, flag);

function add(word: string, flag: number): void {
  const hash = hashOf(word, 0, word.length);
  let slot = hash & (size - 1);
  while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (size - 1);
  hashes[slot] = hash;
  flags[slot] = (flags[slot] ?? 0) | flag;
}

/** One step of the hash of a word read from its end; 30 bits, so that it stays a small integer. */
export function step(hash: number, lower: number): number {
  return (Math.imul(hash, 0x9e3779b1) + lower * 0x85ebca6b) >>> 2;
}

/** What the word with this hash says; a chance likeness costs no more than a wrong hint. */
export function flagsOfHash(hash: number): number {
  for (let slot = hash & (size - 1); ; slot = (slot + 1) & (size - 1)) {
    const known = hashes[slot] ?? 0;
    if (known === 0) return 0;
    if (known === hash) return flags[slot] ?? 0;
  }
}

export function flagsOf(text: string, start: number, end: number): number {
  return flagsOfHash(hashOf(text, start, end));
}

function hashOf(text: string, start: number, end: number): number {
  let hash = 0;
  for (let i = end - 1; i >= start; i -= 1) hash = step(hash, lowerOf(text.charCodeAt(i)));
  return hash;
}

/** The lower-case letter of a unit, 0 when it is none. Scripts without spaces count as none. */
export function lowerOf(c: number): number {
  if (c < 0x80) return (c >= 97 && c <= 122) ? c : c >= 65 && c <= 90 ? c | 32 : 0;
  if (c < 0xc0 || c === 0xd7 || c === 0xf7 || (c >= 0x2000 && c < 0xfb00)) return 0;
  if (c <= 0xde) return c | 32;
  if (c >= 0x391 && c <= 0x3a9) return c + 32;
  return c >= 0x410 && c <= 0x42f ? c + 32 : c;
}

const pairs = new Map<number, number>();
for (const pair of ['电话', '手机', '電話', '手機', '携帯', '传真', '致电', '拨打', '热线', '座机', '전화', '휴대', '핸드', '연락', '来电', 'โทร', '📞', '📱', '📲']) pairs.set(pairKey(pair.charCodeAt(0), pair.charCodeAt(1)), PHONE);
for (const pair of ['订单', '編號', '编号', '単号', '单号', '注文', '주문', '账号', '帐号']) pairs.set(pairKey(pair.charCodeAt(0), pair.charCodeAt(1)), THING);
for (const pair of ['信用', '卡号', '银行', '카드', 'カー']) pairs.set(pairKey(pair.charCodeAt(0), pair.charCodeAt(1)), CARD);

function pairKey(a: number, b: number): number {
  return a * 65_536 + b;
}

/** What two signs of a script without spaces say, or a sign of a telephone. */
export function flagsOfPair(a: number, b: number): number {
  return b === 0x260e || b === 0x260f || b === 0x2706 ? PHONE : (pairs.get(pairKey(a, b)) ?? 0);
}
