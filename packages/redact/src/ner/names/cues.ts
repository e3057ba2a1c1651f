const listOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Titles before a name; the name is found, the title stays. */
export const honorifics = listOf(
  'mr mrs ms mx miss mister dr prof professor rev reverend fr sgt sergeant lt lieutenant capt captain col colonel maj gen hon judge justice senator rep governor mayor president chancellor minister sir dame lord lady madam sheikh imam rabbi father sister brother doctor nurse officer detective inspector herr frau dipl-ing ing mag monsieur madame mademoiselle mme mlle maitre me docteur sr sra srta senor senora senorita don dona dra lic signor signora signorina sig dott dottore dottoressa avv senhor senhora dhr mevr mevrouw meneer heer pan pani hr fru froken bay bayan uncle aunt auntie grandma grandpa agt cpl pvt ltc esq shri smt sri',
);

/** Titles that are everyday words as well: what follows must look like a name. */
export const looseHonorifics = listOf(
  'miss professor reverend sergeant lieutenant captain colonel gen maj justice judge rep governor mayor president chancellor minister sir lord lady madam father sister brother doctor nurse officer detective inspector me don dona pan bay sig mag ing col capt hon fr sr lic uncle aunt auntie grandma grandpa senator imam rabbi sri',
);

/** Last word of a label whose value is a person: `Patient:`, `cardholder =`. */
export const personLabels = listOf(
  'patient employee customer client applicant cardholder accountholder beneficiary passenger witness doctor physician nurse tenant landlord borrower lender guarantor insured policyholder claimant plaintiff defendant student teacher guardian parent spouse husband wife mother father driver buyer seller signatory signed attn attention surname firstname lastname fullname forename nachname vorname nom prenom nombre apellido apellidos cognome sobrenome assignee reviewer interviewer interviewee candidate attendee attendees participant participants guest caller debtor payee payer sender recipient holder subject approver requester requestor reporter supervisor manager contact author from to cc bcc with agent representative rep member resident visitor owner host employer-contact patientname customername username-full kunde patientin paciente cliente empleado titular beneficiario beneficiaire titulaire client-name mitarbeiter inhaber unterzeichner',
);

/** Labels that say by themselves that a name follows, whatever it looks like. */
export const nameLabels = listOf('surname lastname firstname fullname forename nachname vorname nom prenom nombre apellido apellidos cognome sobrenome accountholder patientname customername');

/** Words before `name` that make a label one of people: `first name`, `account_holder_name`. */
export const nameKinds = listOf(
  'first last full middle maiden given family legal preferred birth sur patient employee customer client applicant cardholder holder account beneficiary passenger witness doctor physician guest student teacher parent guardian mother mothers father fathers spouse spouses contact caller user sender recipient payee payer tenant owner driver insured member candidate signatory print printed your nick person employer-contact emergency manager author holder display real billing shipping card buyer seller',
);

/** Labels that stand before names and before other things. */
export const looseLabels = listOf('from to cc bcc with owner host subject contact author manager agent member holder sender recipient rep user with reporter attention client candidate');

/** Words that say who speaks or is spoken to; the name follows at once. */
export const greetings = listOf('dear hi hello hey hallo bonjour salut hola ciao ola liebe lieber cher chere estimado estimada querido querida geachte beste caro cara kjaere hej moi thanks thank welcome morning afternoon evening cheers greetings');
export const closings = listOf('regards sincerely best thanks cheers yours faithfully truly respectfully wishes cordially warmly you grussen gruessen grusse cordialement saludos atentamente saluti groeten sincerement love');

/** Words before a person's name in running text; weaker than a label. */
export const personBefore = listOf(
  'contact met meet ask asked patient customer client employee colleague applicant manager supervisor assistant nurse physician surgeon attorney lawyer agent tenant landlord witness passenger student teacher candidate caller buyer seller friend husband wife spouse son daughter brother sister mother father uncle aunt boss partner neighbor neighbour cousin ceo cfo cto founder director author reporter detective beneficiary cardholder holder notify inform tell told invite invited hired interviewed reach attn regarding consulted visited defendant plaintiff borrower insured',
);

/** Words that stand before people and before anything else. */
export const anythingBefore = listOf('by with from for to email call called emailed text via signed member user is was between and or thank thanks mein ich par von por da di de');

/** Words after a name that only people do or have. */
export const personAfter = listOf('lives lived said says told asked called calls phoned emailed wrote writes arrived signed visited works worked resides moved phone email address number account card passport birthday ssn social telephone mobile date license medical iban lost reported paid requested applied complained ordered bought booked joined left sent');
/** Words that name what follows: a name after them needs no other sign but its capital. */
export const namers = listOf('named called nicknamed alias aka heisse heiße heisst llamo appelle chiamo chamo heet namens llamado nommee nomme');

/** Written small inside a name. */
export const particles = listOf('van von de der den del della delle di da das dos do du la le las los bin bint ibn al el ben abu ter ten zu zur af av st y e und vom');

/** After `was` or `is`, said of people. */
export const personDone = listOf('born admitted seen diagnosed discharged arrested treated hired fired employed married divorced charged seated');

/** After a name, part of it. */
export const nameSuffixes = listOf('jr sr ii iii iv phd md dds esq');

export const organizationEndings = listOf(
  'inc incorporated llc ltd limited corp corporation plc gmbh ag kg ohg se sa sas sarl srl spa bv nv oy ab as aps pty co company holdings holding group partners associates sons industries enterprises technologies solutions systems labs laboratories university college institute academy bank hospital clinic foundation association agency ministry airlines airways motors pharmaceuticals consulting logistics insurance capital ventures bakery restaurant brothers',
);
/** Endings that are everyday words: they close a company's name only when a name stands before them. */
export const looseOrganizationEndings = listOf('limited company group partners associates sons systems solutions labs capital co as se sa ag ab kg spa bank hospital clinic agency association holding insurance consulting industries logistics college institute academy foundation restaurant bakery brothers ventures technologies');

export const placeEndings = listOf('street avenue road boulevard lane highway square bridge river lake county valley mountain mountains island islands bay beach park airport station district province heights hills springs falls harbor harbour forest');
export const placeStarts = listOf('lake mount port fort saint san santa santo los las cape new north south east west el st glen');
export const placeVerbs = listOf('live lives lived living born based located residing resides resided moved relocated grew raised office offices branch travel travelled traveled flying flew fly flight trip resident citizen native city town village capital arrived visiting visit visited shipped drove mayor');
export const placeLabels = listOf('city town country state province county location birthplace residence place region address nationality-country stadt ort land ville pays ciudad pais citta destination hometown origin');
export const organizationLabels = listOf('company employer organization organisation org firm business institution school university hospital bank vendor supplier merchant affiliation workplace');
export const workVerbs = listOf('work works worked working employed employee ceo cfo cto founder president director engineer manager intern hired job position analyst developer consultant joined join');

/** The two-letter codes of the states of the USA, which follow a city and a comma. */
export const stateCodes = listOf('AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC');
