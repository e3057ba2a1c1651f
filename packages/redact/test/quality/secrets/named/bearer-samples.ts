import { fill, type Random } from '../random.js';
import { place, sampleOf, type Sample } from '../sample.js';

const writings = [
  `Authorization: Bearer ${place}`, `authorization: bearer ${place}`, `"Authorization": "Bearer ${place}"`, `'Authorization': 'Bearer ${place}',`,
  `curl -H "Authorization: Bearer ${place}" https://api.service.test/v1/me`, `curl -H 'Authorization: Bearer ${place}' -d '{}' https://api.service.test`,
  `headers: { Authorization: \`Bearer ${place}\` }`, `headers = {"Authorization": "Bearer ${place}"}`, `req.Header.Set("Authorization", "Bearer ${place}")`,
  `request.headers["Authorization"] = "Bearer ${place}"`, `.header("Authorization", "Bearer ${place}")`, `Authorization = "Bearer ${place}"`,
  `{"headers":{"authorization":"Bearer ${place}"}}`, `{\\"Authorization\\":\\"Bearer ${place}\\"}`, `-H Authorization:\\ Bearer\\ ${place}`,
  `> Authorization: Bearer ${place}\n> Accept: */*`, `GET /v1/me HTTP/1.1\r\nHost: api.service.test\r\nAuthorization: Bearer ${place}\r\n\r\n`,
  `auth_header=Bearer ${place}`, `AUTH="Bearer ${place}"`, `token: Bearer ${place}`, `export AUTH_HEADER='Bearer ${place}'`, `Proxy-Authorization: Bearer ${place}`,
  `it fails with Bearer ${place} but not without`, `The client sent "Bearer ${place}" and got 401.`, `log: request with bearer ${place} refused`,
  `BEARER ${place}`, `xhr.setRequestHeader('Authorization', 'Bearer ${place}');`, `http.DefaultRequestHeaders.Authorization = new("Bearer", "${place}");`,
  `<header name="Authorization">Bearer ${place}</header>`, `Authorization : Bearer ${place}`, `add_header Authorization "Bearer ${place}";`, `proxy_set_header Authorization "Bearer ${place}";`,
  `http --auth-type=bearer --auth=${place} GET api.service.test`, `Bearer: ${place}`, `bearer_token = "${place}"`, `BEARER_TOKEN=${place}`, `bearerToken: '${place}',`,
  `wget --header="Authorization: Bearer ${place}" https://api.service.test`, `Invoke-RestMethod -Headers @{ Authorization = "Bearer ${place}" }`, `Bearer\t${place}`,
  `| Authorization | Bearer ${place} |`, `  authorization:\n    - Bearer ${place}\n`,
];
const tokens = ['{a32}', '{h40}', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi{w40}.{w43}', '{w48}', '{g}', '{a20}.{a20}', '{b42}==', 'mF_{w5}.B5f-{w5}9', '{l24}', '{a18}~{a12}'];

/** Bearer tokens as RFC 6750 shows them and as logs and sources hold them. */
export function bearerSamples(random: Random): Sample[] {
  return writings.map((template, at) => sampleOf('bearer_token', 'bearer_token', template.slice(0, 24).replace(place, '…'), template, fill(tokens[at % tokens.length] ?? '', random)));
}
