import { family } from '../generate.js';

/** Machine-made text: logs, JSON, CSV, XML, SQL, URLs, code. */
export const records = [
  family('json', 'us de fr in br',
    '{"id":<<int>>,"name":"<<name>>","email":"<<email>>","phone":"<<phone>>","ip":"<<ip>>"}', '{\n  "customer": {\n    "firstName": "<<first>>",\n    "lastName": "<<last>>",\n    "contact": {"mobile": "<<plain_phone>>", "mail": "<<email>>"}\n  }\n}', '{"pan":"<<card>>","exp":"<<expiry>>","holder":"<<name>>"}', "{'user': '<<email>>', 'client_ip': '<<ip>>', 'ts': '<<stamp>>'}",
    '{"iban":"<<iban>>","amount":<<int>>}', '[{"to":"<<email>>"},{"to":"<<email>>"}]', '{"device":{"mac":"<<mac>>","ip":"<<ip4>>"}}', '"{\\"email\\":\\"<<email>>\\",\\"ssn\\":\\"<<ssn>>\\"}"', '{"dob":"<<dob>>","ssn":"<<ssn>>"}', '{"date_of_birth": "<<dob>>", "passport": "<<passport>>"}',
  ),
  family('csv', 'us uk es it',
    'id;name;email;phone\n<<int>>;<<name>>;<<email>>;<<phone>>\n<<int>>;<<name>>;<<email>>;<<phone>>', '<<int>>,"<<last>>, <<first>>",<<email>>,"<<phone>>",<<amount>>', 'name\tcard\texpiry\n<<name>>\t<<card>>\t<<expiry>>', 'email,ip,last_seen\n<<email>>,<<ip4>>,<<stamp>>\n<<email>>,<<ip6>>,<<stamp>>', '| <<name>> | <<phone>> | <<email>> |', 'iban,amount\n<<iban>>,<<int>>\n<<iban>>,<<int>>', 'card_number,amount\n<<card>>,<<int>>\n<<card>>,<<int>>',
  ),
  family('xml', 'us de fr nl',
    '<person><name><<name>></name><email><<email>></email><phone><<phone>></phone></person>', '<Customer id="<<int>>" mail="<<email>>" tel="<<phone>>"/>', '<iban><<iban>></iban>', '<a href="mailto:<<email>>"><<email>></a>', '<td><<phone>></td><td><<card>></td>', '<ssn><<ssn>></ssn><dateOfBirth><<dob>></dateOfBirth>', '<host ip="<<ip>>" mac="<<mac>>"/>', 'email: <<email>>\nphone: "<<phone>>"\naddress:\n  street: <<street>>',
  ),
  family('log', 'us',
    '<<ip4>> - - [10/Oct/2024:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326', '<<stamp>> INFO login ok user=<<email>> ip=<<ip>> session=<<id>>', '<<stamp>> WARN [auth] 5 failed attempts for <<email>> from <<ip>>', 'sshd[<<int>>]: Failed password for root from <<ip4>> port 51022 ssh2', 'kernel: DROP IN=eth0 SRC=<<ip4>> DST=<<ip4>> LEN=60', 'dhcpd: DHCPACK on <<ip4>> to <<mac>> via eth1', '{"level":"info","remoteAddr":"<<ip>>","path":"/v1/users","ms":12}', 'connect to [<<ip6>>]:443 failed', 'nginx: upstream timed out, client: <<ip>>, server: api',
    'ping <<ip4>> (<<ip4>>) 56(84) bytes of data.', 'X-Forwarded-For: <<ip4>>, <<ip4>>', 'payment failed for card <<card>> (user <<int>>)', 'wlan0: associated with <<mac>>', 'Host <<ip4>>/24 is up (0.0012s latency). MAC Address: <<mac>>', '<<stamp>> DEBUG sms sent to <<phone>>', 'http://<<ip4>>:8080/status', 'inet6 <<ip6>>/64 scope link', 'link/ether <<mac>> brd ff', 'addr: <<ip>>.', 'Server IPs are <<ip4>>, <<ip4>> and <<ip6>>.', 'nameserver <<ip>>',
  ),
  family('code', 'us',
    "INSERT INTO users (name, email, phone) VALUES ('<<name>>', '<<email>>', '<<phone>>');", "UPDATE customers SET email='<<email>>' WHERE id=<<int>>;", 'curl -X POST https://api.example.org/users -d "email=<<email>>&phone=<<phone>>"', 'https://example.org/reset?email=<<email>>&token=x', "const user = { email: '<<email>>', ssn: '<<ssn>>' };", '# maintainer: <<name>> <<<email>>>', 'git config user.email <<email>>', 'SELECT * FROM payments WHERE card_number = "<<card>>";', "def test_card():\n    assert charge('<<card>>') == 'ok'", 'EMAIL=<<email>>\nHOST=<<ip4>>', 'user:<<email>> ip:<<ip4>> mac:<<mac>>',
  ),
];
