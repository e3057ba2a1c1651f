import { Body, Controller, Get, Inject, Param, Post, ServiceUnavailableException } from '@nestjs/common';
import { EnforceHealth, type EnforceHealthReport } from '@enforcecore/nestjs';
import { GuestTools, MessageTools, RoomTools } from './tools.js';

@Controller()
export class FrontDesk {
  constructor(
    @Inject(RoomTools) private readonly rooms: RoomTools,
    @Inject(GuestTools) private readonly guests: GuestTools,
    @Inject(MessageTools) private readonly messages: MessageTools,
    @Inject(EnforceHealth) private readonly enforcement: EnforceHealth,
  ) {}

  @Get('rooms/:beds')
  find(@Param('beds') beds: string): Promise<string> {
    return this.rooms.find({ beds: Number(beds) });
  }

  @Post('bookings')
  book(@Body() booking: { readonly room: string; readonly nights: number }): Promise<string> {
    return this.rooms.book(booking);
  }

  @Post('close')
  close(): Promise<string> {
    return this.rooms.close();
  }

  @Get('guests/:name')
  guest(@Param('name') name: string): Promise<object> {
    return this.guests.lookUp({ name });
  }

  @Post('messages')
  send(@Body() message: { readonly to: string; readonly text: string }): Promise<string> {
    return this.messages.send(message);
  }

  // #region health
  @Get('health')
  async health(): Promise<EnforceHealthReport> {
    const report = await this.enforcement.check();
    if (report.status === 'down') throw new ServiceUnavailableException(report);
    return report;
  }
  // #endregion health
}
