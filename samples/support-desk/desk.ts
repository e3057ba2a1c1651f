import { createContainer, type EnforceContainer } from '@enforcecore/core';
import { join } from 'node:path';
import type { ToolMethod } from './dispatcher.js';
import { CustomerTools } from './tools/customer-tools.js';
import { DeskFiles } from './tools/desk-files.js';
import { KnowledgeTools } from './tools/knowledge-tools.js';
import { MailTools } from './tools/mail-tools.js';
import { OfficeTools } from './tools/office-tools.js';
import { TicketTools } from './tools/ticket-tools.js';

export interface DeskOptions {
  readonly policy: URL;
  readonly files: DeskFiles;
  readonly siteUrl: string;
  /** Folder of this run: trail and outbox. */
  readonly folder: string;
}

// #region container
/** Everything that the desk consists of. What the container makes, it enforces. */
export function openDesk({ policy, files, siteUrl, folder }: DeskOptions): EnforceContainer {
  const container = createContainer({ policy, settings: { auditPath: folder } });
  container.bind(DeskFiles).toConstantValue(files);
  container.bind(CustomerTools).toResolvedValue((desk) => new CustomerTools(desk), [DeskFiles]);
  container.bind(TicketTools).toResolvedValue((desk, customers) => new TicketTools(desk, customers), [DeskFiles, CustomerTools]);
  container.bind(KnowledgeTools).toResolvedValue((desk) => new KnowledgeTools(desk, siteUrl), [DeskFiles]);
  container.bind(MailTools).toResolvedValue(() => new MailTools(join(folder, 'outbox')));
  container.bind(OfficeTools).toResolvedValue(() => new OfficeTools());
  return container;
}
// #endregion container

/** The names under which the agent knows the tools. */
export function toolMethods(container: EnforceContainer): ReadonlyMap<string, ToolMethod> {
  const tickets = container.get(TicketTools);
  const customers = container.get(CustomerTools);
  const knowledge = container.get(KnowledgeTools);
  const mail = container.get(MailTools);
  const office = container.get(OfficeTools);
  return new Map<string, ToolMethod>([
    ['search_tickets', tickets.search.bind(tickets)],
    ['read_attachment', tickets.attachment.bind(tickets)],
    ['summarise_ticket', tickets.summarise.bind(tickets)],
    ['lookup_customer', customers.lookup.bind(customers)],
    ['delete_customer', customers.delete.bind(customers)],
    ['refund_order', customers.refund.bind(customers)],
    ['read_article', knowledge.read.bind(knowledge)],
    ['follow_chat', knowledge.follow.bind(knowledge)],
    ['fetch_page', knowledge.fetch.bind(knowledge)],
    ['translate', knowledge.translate.bind(knowledge)],
    ['send_mail', mail.send.bind(mail)],
    ['run_report', office.report.bind(office)],
    ['rebuild_index', office.rebuild.bind(office)],
    ['execute_shell', office.shell.bind(office)],
    ['export_payroll', office.payroll.bind(office)],
  ]);
}
