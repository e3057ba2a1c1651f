import { isDay, luhn, weighted, type Check } from './check-digits.js';

/** What a number may look like when the words beside it say what it is. */
export interface TopicRule {
  readonly category: string;
  /** Over the mask: digits are `9`, letters `A`. */
  readonly mask: RegExp;
  /** For words that mean other things as well. */
  readonly check?: Check | undefined;
}

export const birth = 'date_of_birth';
/** For words that speak only of what is not read as a number in groups. */
const nothing = /^$/;
const any = /^[A9]+$/;
/** Up to three letters first, or nine signs as Germany (no vowels) and the Netherlands mix them. */
const passportForm: Check = (id) => /^(?:[A-Z]{0,3}(?=(?:.*\d){5})\d|[CFGHJ-NPRTV-Z\d]{9,10}$|[A-Z]{2}[A-Z\d]{6}\d$)/.test(id);
const aba = weighted([3, 7, 1, 3, 7, 1, 3, 7, 1], 10);
const dea: Check = (id) => (sumOf(id, [2, 4, 6]) + 2 * sumOf(id, [3, 5, 7])) % 10 === Number(id[8]);
const npi: Check = (id) => luhn(`80840${id}`);
const vin: Check = (id) => /^[A-HJ-NPR-Z0-9]{17}$/.test(id);

/** A day without signs: year first, or last. */
const isWrittenDay: Check = (id) => {
  const [a, b, c, d] = [0, 2, 4, 6].map((at) => Number(id.slice(at, at + 2)));
  if (a === undefined || b === undefined || c === undefined || d === undefined) return false;
  return ((a === 19 || a === 20) && isDay(d, c)) || ((c === 19 || c === 20) && (isDay(a, b) || isDay(b, a)));
};

function sumOf(id: string, places: readonly number[]): number {
  return places.reduce((sum, at) => sum + Number(id[at]), 0);
}

type Row = readonly [category: string, mask: RegExp, words: string, check?: Check];

/** Words are lower case; two words stand for a phrase; in every language in which they name the number. */
const rows: readonly Row[] = [
  // A number of another kind: nearest to the value, these words silence those further off.
  ['', any, 'call, dial, sms, handelsregister, hrb, chf, usd, eur, gbp, oid, phone, telephone, tel, mobile, cell, fax, whatsapp, order, order no, order number, invoice, ticket, flight, booking, tracking, zip, zip code, postcode, postal code, plz, price, fee, isbn, issn, version, commit, sha, hash, uuid, checksum, serial, model number, part number, sku, extension, http, https, www, port, error'],
  ['ssn', /^9{9}$/, 'ssn, social security, ss number, ss no'],
  ['passport', /^(?:(?=.*9.*9.*9)[A9]{6,10}|AA[A9]{6}9)$/, 'passport, passports, passportno, passportnumber, passport no, passport number, travel document, passeport, passeports, reisepass, reisepasses, reisepaß, reisepassnummer, passnummer, paßnummer, passnr, pass nr, pass nummer, pass no, pass number, pasaporte, pasaportes, passaporto, passaporte, paspoort, paspoortnummer, paszport, paszportu, passi, passinumero, pașaport, pașaportul, pașaportului, pasaport, pasaportu, putovnica, putovnice, pasoš, pasoša, útlevél, útlevelem, útlevélszám, cestovní pas, cestovního pasu, pasu, pasnummer, vegabréf, паспорт, паспорта, паспорту, паспорте, паспортом, загранпаспорт, загранпаспорта, закордонний паспорт, διαβατήριο, διαβατηρίου, διαβατήριό, جواز السفر, جواز سفر, הדרכון, דרכון, hộ chiếu, 护照, 護照, パスポート, 旅券, 여권, 여권번호, หนังสือเดินทาง', passportForm],
  ['national_id', /^AA9{6}A$/, 'nino, ni number, ni no, national insurance, insurance number'],
  ['national_id', /^9{10}$/, 'nhs, nhs number, nhs no, egn, егн, ргн, рнокпп, iin, ssn ua, ucn, npwp'],
  ['national_id', /^9{9}$/, 'sin, sin number, numéro dassurance, teudat zehut, teudat, tz', luhn],
  ['national_id', /^9{9}$/, 'social insurance, assurance sociale, מספר זהות, תעודת זהות, israeli id, nas, numéro dassurance sociale, afm, αφμ, taj, tajszám, nif'],
  ['national_id', /^9{8,9}$/, 'tfn, tax file, ird, ird number, bsn, burgerservicenummer, sofinummer, sofi nummer, bsn nummer'],
  ['national_id', /^9{11,12}$/, 'abn, business number, australian business, aadhaar, aadhar, adhaar, uidai, आधार, mynumber, individual number, マイナンバー, 個人番号, cccd, căn cước, philsys, mykad, my kad, ic number, nric number, kad pengenalan, iin, жсн, иин'],
  ['national_id', /^A{5}9{4}A$/, 'pan, pan card, pan number, pan no, permanent account'],
  ['national_id', /^(?:9{7,8}A?|[A]9{7,8}A?)$/, 'dni, nie, nif, cif, documento nacional, número identidad, dni nº, número de extranjero, libreta'],
  ['national_id', /^(?:A{6}[9A]{2}A[9A]{2}A[9A]{3}A|9{11})$/, 'codice fiscale, cod fiscale, c f, cf, codicefiscale, partita iva, p iva, piva, tessera sanitaria'],
  ['national_id', /^9{5}(?:9|A)9{7}(?:99)?$/, 'nir, numéro de sécurité, sécurité sociale, securite sociale, insee, numéro fiscal, numero fiscal, spi, carte vitale'],
  ['national_id', /^9{10,13}$/, 'steuer id, id nr, steueridentifikationsnummer, steuer identifikationsnummer, identifikationsnummer, idnr, idnr, steuernummer, steuer nr, steueridnr, tin number, st nr'],
  ['national_id', /^(?=.*9.*9)[A9]{8,10}$/, 'personalausweis, personalausweisnummer, ausweis, ausweisnummer, ausweisnr, ausweis nr, perso, identiteitskaart, dowód, dowodu, dowód osobisty, dowodu osobistego, carta identità, carta didentità, carte didentité, carte identité, cni, cartão cidadão, bilhete identidade, občanský průkaz, občianskeho preukazu, osobna iskaznica, kimlik kartı, osobní doklad'],
  ['national_id', /^9{8}A9{3}$/, 'rentenversicherungsnummer, rentenversicherung, sozialversicherungsnummer, versicherungsnummer, rvnr, svnummer, sv nummer'],
  ['national_id', /^9{11}$/, 'pesel, numer pesel, fødselsnummer, fodselsnummer, personnummer no, hetu fi, oib, isikukood, asmens kodas, personas kods, amka, αμκα, tc kimlik, tckn, kimlik no, kimlik numarası, kimlik numaram, tc no, bvn, rijksregisternummer, registre national, numéro national, rijksregister, nationaal nummer, ssn be, снилс, snils, страховой номер, cpf, ruc, nin, national identification'],
  ['national_id', /^9{10}$/, 'nip, numer nip, cpr, cpr nummer, cprnummer, kennitala, regon, sssn, cedula ecuatoriana, saudi id, iqama, национален номер, единен граждански, adóazonosító, adóazonosító jel, sozialversicherungsnr, svnr, sv nr, personal code'],
  ['national_id', /^9{10}(?:99)?$/, 'personnummer, personnr, pers nr, samordningsnummer, organisationsnummer, инн, inn, індивідуальний податковий'],
  ['national_id', /^9{6}A?9{3}[A9]$/, 'henkilötunnus, henkilotunnus, hetu, sosiaaliturvatunnus'],
  ['national_id', /^9{14}$/, 'cnpj'],
  ['national_id', /^9{7,8}[A9]$/, 'rut, rol único, rol unico'],
  ['national_id', /^9{11}$/, 'cuit, cuil'],
  ['national_id', /^A{4}9{6}A{6}[9A]{2}$/, 'curp, clave única, clave unica'],
  ['national_id', /^A{3,4}9{6}[A9]{3}$/, 'rfc, registro federal'],
  ['national_id', /^A?9{6,11}$/, 'cédula, cedula, cédula ciudadanía, cedula ciudadania, cc no, nit, documento identidad, documento de, número de documento, carné, carnet identidad, ci no, rg'],
  ['national_id', /^9{13}$/, 'rrn, resident registration, 주민등록번호, 주민번호, cnp, cod numeric, jmbg, јмбг, jedinstveni matični, emšo, rsa id, south african, sa id, บัตรประชาชน, เลขประจำตัวประชาชน, thai id, ahv, ahv nr, ahv nummer, avs, no avs, numéro avs, oasi, nic, cnic'],
  ['national_id', /^9{15}(?:9{2}[9A])?$/, '身份证, 身份证号, 身份证号码, 居民身份证, shenfenzheng, resident identity, chinese id, emirates id, emirates, هوية'],
  ['national_id', /^A9{7}A$/, 'nric, fin number, nric no, nric fin'],
  ['national_id', /^A{1,2}9{6}[9A]?$/, 'hkid, hong kong, 香港身份證'],
  ['national_id', /^A9{9}$/, '身分證, 身分證字號, 統一編號, taiwan id, arc number'],
  ['national_id', /^9{16}$/, 'nik, nomor induk, ktp, no ktp, nik ktp'],
  ['national_id', /^9{7}A{1,2}$/, 'pps, ppsn, pps number, pps no, personal public'],
  ['national_id', /^9{9,10}$/, 'rodné číslo, rodne cislo, rč, rodného čísla, sss number, sss no, umid, tin no'],
  ['national_id', /^(?=(?:.*9){5})[A9]{6,16}$/, 'national id, national identity, national identification, identity card, identity number, identity no, identity document, identification number, identification card, identification no, id number, id no, id card, id cards, idcard, id document, idnumber, nationalid, nid, personal id, personal number, personal identification, citizen id, citizenship number, citizenship no, government id, documento identità, documento identificación, número identificación, numero identificacion, tarjeta identidad, pièce identité, personennummer, osobní číslo, legitymacja, удостоверение личности, удостоверения личности, id nummer, id kaart, legitimationsnummer, ביטוח לאומי, identity'],
  ['national_id', /^(?=(?:.*9){6})[A9]{7,15}$/, 'tax id, tax number, tax no, taxid, tax identification, taxpayer, taxpayer id, ein, employer identification, fiscal number, fiscal code, número fiscal, nif pt, vat, vat number, vat id, vat no, ust id, ustid, ust idnr, umsatzsteuer id, tva, uid nummer, btw nummer, nipc, steuer identifikation, contribuinte, número de contribuinte, numéro tva, identifiant fiscal, gstin, gst'],
  ['itin', /^99{8}$/, 'itin, individual taxpayer'],
  ['driver_license', /^(?=(?:.*9){4})[A9]{5,18}$/, 'driver license, drivers license, driver licence, drivers licence, driving license, driving licence, driving permit, driver permit, drivers permit, license number, licence number, license no, licence no, licence num, driverlicense, driverslicense, driverslicensenumber, driverlicensenumber, dl, dl no, dl number, dln, dmv, permit number, führerschein, führerscheinnummer, führerschein nr, fuhrerschein, fuehrerschein, fuehrerscheinnummer, permis conduire, permis de, permis, patente, patente guida, patente di, numero patente, licencia conducir, licencia de, permiso conducir, permiso de, carnet conducir, carnet de, carné conducir, carta condução, carta conducao, carteira motorista, carteira de, cnh, rijbewijs, rijbewijsnummer, prawo jazdy, prawa jazdy, körkort, körkortsnummer, førerkort, kørekort, ajokortti, řidičský průkaz, водительское удостоверение, водительского удостоверения, водительские права, ehliyet, sürücü belgesi, 運転免許証, 免許証番号, 운전면허, 驾驶证, 驾照, state license, license id, operator license, dvla'],
  ['medical_id', /^(?=(?:.*9){4})[A9]{5,15}$/, 'mrn, medical record, medical records, medicalrecord, medicalrecordnumber, medical id, medical number, medical rec, patient id, patient number, patient no, patientid, patient identifier, health record, health insurance, health plan, health card, health number, health id, healthcare number, health care, insurance id, insurance policy, policy number, policy no, member id, member number, memberid, subscriber id, beneficiary, beneficiary id, group number, medicare, medicare number, medicare card, medicaid, medicaid id, mbi, hicn, ihi, ohip, phn, chart number, hospital number, hospital id, krankenversicherung, krankenversichertennummer, versichertennummer, versichertennr, krankenkasse, kvnr, gesundheitskarte, patientennummer, patienten nr, fallnummer, numéro patient, numéro de patient, carte européenne, tarjeta sanitaria, número de afiliación, afiliación, historia clínica, nuss, cartella clinica, cartão saúde, cartão sus, cns, zorgverzekering, polisnummer, patiëntnummer, номер полиса, полис, полис омс, медицинская карта, ehic, insured id'],
  ['medical_id', /^9{10}$/, 'npi, national provider, provider identifier, npi number', npi],
  ['medical_id', /^AA9{7}$/, 'dea, dea number, dea no, dea registration', dea],
  ['bank_account', /^9{6,18}$/, 'account number, account no, account num, account nr, account id, accountnumber, accountno, account, account ending, acct, acct no, acct number, acctnum, bank account, bankaccount, checking, checking account, savings, savings account, ac, a c, ac no, beneficiary account, direct deposit, kontonummer, kontonr, konto nr, konto, bankkonto, compte bancaire, numéro de compte, numero de compte, compte, rib, cuenta bancaria, número de cuenta, numero de cuenta, cuenta, ccc, clabe, conto, conto corrente, numero di conto, numero conto, conta, conta bancária, conta corrente, número da conta, rekeningnummer, rekening, bankrekening, konta, numer konta, nr konta, numer rachunku, rachunku, bankkontonummer, číslo účtu, pankkitili, tilinumero, номер счета, номер счёта, счет, счёт, расчетный счет, hesap numarası, hesap no, hesap, 银行账号, 账号, 口座番号, 계좌번호, wire transfer'],
  ['bank_account', /^9{9}$/, 'routing, aba, rtn, transit', aba],
  ['bank_account', /^9{9}$/, 'routing number, routing no, routingnumber, aba number, aba no, aba routing, routing transit, transit number, bank routing'],
  ['bank_account', /^9{6}$/, 'sort code, sortcode, bsb, bsb number, bank code, branch code, s c'],
  ['bank_account', /^9{8}$/, 'blz, bankleitzahl'],
  ['bank_account', /^A{4}9[A9]{6}$/, 'ifsc, ifsc code, ifs code'],
  ['bank_account', /^A{4}A{2}[A9]{2}(?:[A9]{3})?$/, 'bic, bic code, swift, swift code, swift bic, swift number'],
  ['vin', /^[A9]{17}$/, 'vin, vin number, vehicle identification, vehicle id, chassis, chassis number, fahrgestellnummer, fin nummer, numéro châssis, bastidor, telaio, vincode', vin],
  ['license_plate', /^(?=.*9)(?=.*A)[A9]{4,9}$/, 'license plate, licence plate, number plate, numberplate, plate, plate number, plate no, licenseplate, registration plate, vehicle registration, car registration, reg plate, vrm, tag number, kennzeichen, autokennzeichen, kfz kennzeichen, immatriculation, plaque, plaque dimmatriculation, matrícula, matricula, targa, kenteken, placa, placas, rejestracyjny, registreringsnummer, госномер, номерной знак, plaka'],
  [birth, /^9{8}$/, 'dob, do b, birth, birthday, birthdate, birthdays, born, bday, birthdt, dateofbirth, birth date, bdate, geboren, geb, geburtsdatum, geburtstag, né, née, ne le, nee le, né le, née le, naissance, datenaissance, anniversaire, nacimiento, fechanacimiento, nacido, nacida, nací, nació, nascita, nato, nata, nascimento, nascido, nascida, nasceu, geboortedatum, geboorte, geboren op, verjaardag, født, fødselsdato, fødselsdag, född, födelsedatum, födelsedag, syntynyt, syntymäaika, syntymäpäivä, urodzony, urodzona, urodzenia, ur, narozen, narozena, narození, nar, narodenia, született, születési, născut, născută, nașterii, rođen, rođena, rođenja, doğum, doğum tarihi, doğumlu, рождения, родился, родилась, рожд, д р, дата рождения, народження, народився, γέννησης, γεννήθηκε, 生年月日, 出生, 出生日期, 生日, 誕生日, 생년월일, 생일, 출생, तिथि, जन्म, ميلاد, تاريخ الميلاد, לידה, תאריך לידה, sinh, ngày sinh, lahir, tanggal lahir, cumpleaños, compleanno, aniversário', isWrittenDay],
  ['date_time', nothing, 'died, death, deceased, issued, expires, expiry, expiration, expired, exp, valid until, valid, hired, hire, admitted, admission, discharged, discharge, appointment, visit, created, updated, modified, due, deadline, scheduled, married, signed, effective, invoice date, order date, start date, end date, gestorben, ausgestellt, gültig, délivré, expira, scadenza, rilasciato, joined'],
  ['crypto_address', nothing, 'deposit, withdraw, withdrawal, payout, donate, donation, donations, btc, bitcoin, eth, ethereum, wallet, wallets, address, crypto, sol, solana, ltc, litecoin, doge, dogecoin, xmr, monero, xrp, ripple, trx, tron, ada, cardano, usdt, usdc, token, mint, spl, phantom'],
  ['mac_address', nothing, 'mac, mac address, macaddress, mac addr, hwaddr, ethernet, hardware address, physical address, bssid, ether, lladdr'],
];

/** Rule by word or phrase. */
export const topicWords: ReadonlyMap<string, TopicRule> = buildWords();

function buildWords(): ReadonlyMap<string, TopicRule> {
  const words = new Map<string, TopicRule>();
  for (const [category, mask, list, check] of rows) {
    const rule: TopicRule = { category, mask, check };
    for (const word of list.split(', ')) if (!words.has(word)) words.set(word, rule);
  }
  return words;
}

/** First words of phrases, so that two words are joined only where that can be one. */
export const phraseStarts: ReadonlySet<string> = new Set(Array.from(topicWords.keys(), (words) => words.split(' ')).flatMap(([first = '', second]) => (second === undefined ? [] : [first])));
