import { family } from '../generate.js';

/** The same things said in other languages. */
export const languages = [
  family('german', 'de',
    'Mein Name ist <<name>>, meine Telefonnummer lautet <<phone>>.', 'Bitte überweisen Sie <<amount>> auf das Konto <<iban>>.', 'Sie erreichen mich unter <<phone>> oder per E-Mail an <<email>>.', 'Geburtsdatum: <<dob>>', 'Steuer-ID: <<national>>', 'Meine Steueridentifikationsnummer ist <<national>>.', 'Reisepassnummer: <<passport>>', 'Reisepass Nr. <<passport>>, ausgestellt am <<date>>', 'Tel.: <<phone>>, Fax: <<phone>>', 'Handy: <<phone>>', 'Herr <<name>>, geboren am <<dob>> in <<town>>', 'Führerscheinnummer <<licence>>', 'Kreditkarte <<card>>, gültig bis <<expiry>>', 'Die IP-Adresse <<ip>> wurde gesperrt.', 'Rückruf bitte an <<plain_phone>> (Telefon)'),
  family('french', 'fr',
    'Je m\'appelle <<name>> et mon numéro est le <<phone>>.', 'Merci de virer <<amount>> sur le compte <<iban>>.', 'Numéro de sécurité sociale : <<national>>', 'NIR <<national>>', 'Passeport n° <<passport>>, délivré le <<date>>', 'Né le <<dob>> à <<town>>', 'Date de naissance : <<dob>>', 'Tél. : <<phone>> / Courriel : <<email>>', 'Portable : <<plain_phone>>', 'Carte bancaire <<card>>, expire fin <<expiry>>', "L'adresse IP <<ip4>> a été bloquée.", 'Contactez-nous au <<phone>>.'),
  family('spanish', 'es',
    'Me llamo <<name>>, mi DNI es <<national>>.', 'NIE/NIF: <<national>>', 'Teléfono: <<phone>>', 'Mi móvil es el <<plain_phone>>.', 'Número de cuenta <<iban>>', 'Fecha de nacimiento: <<dob>>', 'Pasaporte <<passport>>', 'Correo electrónico: <<email>>', 'Tarjeta de crédito <<card>>', 'Nacida el <<dob>> en <<town>>', 'Llámame al <<phone>> por la tarde.', 'con DNI <<national>> y domicilio en <<street>>'),
  family('italian', 'it',
    'Mi chiamo <<name>>, codice fiscale <<national>>.', 'C.F. <<national>>', 'Cellulare: <<phone>>', 'Il mio numero di telefono è <<plain_phone>>', 'Bonifico su <<iban>> entro il <<date>>', 'Data di nascita: <<dob>>', 'Nato il <<dob>> a <<town>>', 'Passaporto n. <<passport>>', 'Patente <<licence>>', 'Scrivere a <<email>> oppure chiamare il <<phone>>', 'Carta di credito <<card>>'),
  family('dutch', 'nl',
    'Mijn naam is <<name>> en mijn telefoonnummer is <<phone>>.', 'BSN: <<national>>', 'burgerservicenummer <<national>>', 'Geboortedatum <<dob>>', 'Rekeningnummer <<iban>>', 'Bel <<phone>> of mail <<email>>.', 'Paspoortnummer <<passport>>', 'Geboren op <<dob>> te <<town>>', 'mobiel <<plain_phone>>'),
  family('portuguese', 'br',
    'Meu nome é <<name>>, CPF <<national>>.', 'CPF: <<national>>', 'Telefone: <<phone>>', 'Celular <<plain_phone>>', 'Data de nascimento: <<dob>>', 'Passaporte <<passport>>', 'Envie para <<email>> ou ligue para <<phone>>', 'Nascido em <<dob>>', 'Cartão de crédito: <<card>>', 'zap: <<phone>>'),
  family('indian', 'in',
    'Aadhaar number: <<national>>', 'My Aadhaar is <<national>>', 'Aadhaar/PAN: <<national>>', 'Contact: <<phone>>', 'Mob: <<plain_phone>>', 'DOB: <<dob>>', 'Mr <<name>>, mobile no. <<phone>>, a/c no. <<account>>', 'Driving licence <<licence>>', 'Call or WhatsApp <<phone>> for the PG near MG Road'),
  family('japanese', 'jp', '電話番号は<<phone>>です。', '電話: <<phone>>', 'メールは<<email>>までお願いします。', 'マイナンバー: <<national>>', 'クレジットカード番号 <<card>>', 'My Number: <<national>>', 'TEL <<phone>> FAX <<phone>>', 'パスポート番号: <<passport>>'),
  family('others', 'pl se ca au uk',
    'national ID: <<national>>', 'ID number: <<national>>', 'identity card no. <<national>>', 'Phone <<phone>>', 'telephone: <<phone>>', 'Contact us at <<phone>> or <<email>>.', 'Date of birth <<dob>>'),
  family('pesel', 'pl', 'PESEL: <<national>>', 'PESEL <<national>>, tel. <<phone>>', 'urodzony <<dob>>', 'Nr telefonu: <<phone>>', 'Paszport <<passport>>'),
  family('personnummer', 'se', 'Personnummer: <<national>>', 'personnummer <<national>>', 'Telefon <<phone>>', 'född <<dob>>'),
  family('nino', 'uk', 'National Insurance number: <<national>>', 'NI number <<national>>', 'NINO <<national>>', 'My national insurance number is <<national>>.', 'NI No: <<national>>, tax code 1257L'),
  family('sin', 'ca', 'SIN: <<national>>', 'Social Insurance Number <<national>>', 'my SIN number is <<national>>'),
  family('tfn', 'au', 'TFN: <<national>>', 'tax file number <<national>>', 'Medicare card <<medical>>', 'Medicare number: <<medical>>'),
  family('chinese', 'us', '我的电话是<<phone>>，邮箱是<<email>>。', '邮箱：<<email>>，卡号：<<card>>', '请拨打 <<phone>> 联系我们', 'IP地址<<ip4>>已被封禁', 'Мой телефон <<phone>>, почта <<email>>', 'Телефон: <<phone>>; карта <<card>>', 'رقم الهاتف: <<phone>>', '전화번호는 <<phone>>입니다'),
];
