/* Rows of tests/test_story.c: what is played, and the story in both languages; shown and said stand behind two blanks. */
	{ "taken, with all that can come with it", taken,
	  "取号：综合，老年人，接着还办社保、c，一次 3 件，凭身份证号，登记了特殊需要\n",
	  "Taken: General, Elderly; then also Insurance, c; 3 files at once; with an ID number; special needs were noted\n" },
	{ "a rehearsal", rehearsed,
	  "演练取号：综合，不计数\n",
	  "Taken for a rehearsal: General; counted nowhere\n" },
	{ "from afar", remote,
	  "远程取号：综合，普通，到大厅后报到\n"
	  "已到号，等待报到，最长 5:00\n"
	  "已报到\n",
	  "Taken from afar: General, 普通; to check in in the hall\n"
	  "Its turn came; waits for check-in, for 5:00 at most\n"
	  "Checked in\n" },
	{ "from afar, and too late", remote_too_late,
	  "远程取号：综合，老年人，到大厅后报到\n"
	  "已到号，等待报到，最长 5:00\n"
	  "到号后没有按时报到\n"
	  "报到已晚，从现在起按普通排队\n",
	  "Taken from afar: General, Elderly; to check in in the hall\n"
	  "Its turn came; waits for check-in, for 5:00 at most\n"
	  "Did not check in in time when its turn had come\n"
	  "Checked in late: waits from now on, as 普通\n" },
	{ "from afar, and never here", remote_never,
	  "远程取号：综合，普通，到大厅后报到\n"
	  "当日结束，没有报到\n",
	  "Taken from afar: General, 普通; to check in in the hall\n"
	  "The day ended without a check-in\n" },
	{ "a booking", booked,
	  "取号：社保，普通\n"
	  "这是 10:00–10:30 的预约\n",
	  "Taken: Insurance, 普通\n"
	  "It is the booking of 10:00–10:30\n" },
	{ "on paper", on_paper,
	  "取号：综合，普通\n"
	  "已发给打印机 p1\n"
	  "补打，等待打印机 p1 打印\n"
	  "已发给打印机 p1\n"
	  "打印机 p1 已打印\n"
	  "补打，等待打印机 p1 打印\n"
	  "已发给打印机 p1\n"
	  "已发给打印机 p1，打印机没有确认\n"
	  "补打，等待打印机 p2 打印\n"
	  "打印机 p2 没有打印成功\n",
	  "Taken: General, 普通\n"
	  "Sent to printer p1\n"
	  "To be printed again, waits for printer p1\n"
	  "Sent to printer p1\n"
	  "Printed by p1\n"
	  "To be printed again, waits for printer p1\n"
	  "Sent to printer p1\n"
	  "Sent to printer p1, which did not confirm it\n"
	  "To be printed again, waits for printer p2\n"
	  "Not printed by p2\n" },
	{ "called, recalled, served and rated", served,
	  "取号：社保，普通\n"
	  "3号窗口叫号\n"
	  "  3号窗口显示屏应显示“B001 请到3号窗口”\n"
	  "  不在播报时段，不播报\n"
	  "3号窗口重呼，第 1 次\n"
	  "  3号窗口显示屏应显示“B001 请到3号窗口”\n"
	  "  不在播报时段，不播报\n"
	  "3号窗口开始办理\n"
	  "  3号窗口显示屏应显示“B001 正在办理”\n"
	  "3号窗口办结\n"
	  "评价：满意，附有选项或意见，另存\n",
	  "Taken: Insurance, 普通\n"
	  "Called by window 3\n"
	  "  The sign of window 3 was to show “B001 请到3号窗口”\n"
	  "  Not to be said: outside the hours of the voice\n"
	  "Called again by window 3, recall 1\n"
	  "  The sign of window 3 was to show “B001 请到3号窗口”\n"
	  "  Not to be said: outside the hours of the voice\n"
	  "Service began at window 3\n"
	  "  The sign of window 3 was to show “B001 正在办理”\n"
	  "Finished at window 3\n"
	  "Rated: Satisfied; what was said with it is kept apart\n" },
	{ "two services, the second finished by the next call", not_started,
	  "取号：综合，普通，接着还办c\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口办结，没有标记开始，接着排c\n"
	  "4号窗口叫号\n"
	  "  4号窗口没有接显示屏\n"
	  "  4号窗口没有语音，不播报\n"
	  "4号窗口叫下一位，随之办结，没有标记开始\n",
	  "Taken: General, 普通; then also c\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Finished at window 2; its start was not marked; now waits for c\n"
	  "Called by window 4\n"
	  "  Window 4 has no sign of its own\n"
	  "  Not to be said: window 4 has no voice\n"
	  "Finished at window 4, as it called the next; its start was not marked\n" },
	{ "in English", in_english,
	  "取号：综合，普通\n"
	  "1号窗口叫号\n"
	  "  1号窗口显示屏应显示“A001 请到1号窗口”\n"
	  "  应播报“Ticket A001, window 1, please”\n",
	  "Taken: General, 普通\n"
	  "Called by window 1\n"
	  "  The sign of window 1 was to show “A001 请到1号窗口”\n"
	  "  To be said: “Ticket A001, window 1, please”\n" },
	{ "passed twice", passed,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口叫号未到，第 1 次过号，顺延 3 位\n"
	  "过号后返回，重新排队\n"
	  "2号窗口又叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口弃号\n"
	  "弃号恢复，重新排队，原因另存\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Did not come to window 2, missed call 1; back after 3 others\n"
	  "Back after a missed call, waits again\n"
	  "Called anew by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Given up by window 2\n"
	  "Had been given up, waits again; the reason is kept apart\n" },
	{ "passed, then chosen", passed_and_picked,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口叫号未到，第 1 次过号，顺延 3 位\n"
	  "过号后，2号窗口又叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Did not come to window 2, missed call 1; back after 3 others\n"
	  "Called anew by window 2 after a missed call\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n" },
	{ "held", held,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口挂起，最长 5:00，原因另存\n"
	  "挂起后，2号窗口接着叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口挂起，最长 15:00\n"
	  "不再挂起，重新排队\n"
	  "2号窗口又叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口挂起，不限时\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Held by window 2, for 5:00 at most; the reason is kept apart\n"
	  "Called back by window 2, which held it\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Held by window 2, for 15:00 at most\n"
	  "Not held any more, waits again\n"
	  "Called anew by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Held by window 2, for as long as it takes\n" },
	{ "sent on", transferred,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口转到c\n"
	  "4号窗口叫号\n"
	  "  4号窗口没有接显示屏\n"
	  "  4号窗口没有语音，不播报\n"
	  "4号窗口转到1号窗口，c，从现在起排队\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Sent by window 2 to c\n"
	  "Called by window 4\n"
	  "  Window 4 has no sign of its own\n"
	  "  Not to be said: window 4 has no voice\n"
	  "Sent by window 4 to window 1, c; waits from now on\n" },
	{ "services added and taken away", legs,
	  "取号：综合，普通，接着还办社保\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "加办c，不再办社保\n"
	  "加办社保\n"
	  "不再办c\n"
	  "2号窗口办结，没有标记开始，接着排社保\n",
	  "Taken: General, 普通; then also Insurance\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Service added: c; service removed: Insurance\n"
	  "Service added: Insurance\n"
	  "Service removed: c\n"
	  "Finished at window 2; its start was not marked; now waits for Insurance\n" },
	{ "changed by a guide", changed,
	  "取号：综合，普通\n"
	  "类别由普通改为老年人，原因另存\n"
	  "业务由综合改为社保，保留排队时间\n"
	  "登记了特殊需要\n"
	  "登记为没有特殊需要\n"
	  "与 B001 是同一人\n"
	  "让 1 位先办\n",
	  "Taken: General, 普通\n"
	  "Class changed from 普通 to Elderly; the reason is kept apart\n"
	  "Service changed from General to Insurance; keeps its time\n"
	  "Special needs were noted\n"
	  "No special needs any more\n"
	  "Of the same person as B001\n"
	  "Lets others go first: 1\n" },
	{ "linked to by another", linked_to,
	  "取号：综合，普通\n"
	  "与 B001 是同一人\n",
	  "Taken: General, 普通\n"
	  "Of the same person as B001\n" },
	{ "others go first", deferred,
	  "取号：综合，普通\n"
	  "让 2 位先办\n"
	  "让的几位已先办，接着排队\n",
	  "Taken: General, 普通\n"
	  "Lets others go first: 2\n"
	  "The others have gone first, waits on\n" },
	{ "cancelled at its window", cancelled,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "取消，离开2号窗口\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Cancelled; leaves window 2\n" },
	{ "void", voided,
	  "取号：综合，普通\n"
	  "作废，不计数，原因另存\n",
	  "Taken: General, 普通\n"
	  "Voided, counted nowhere; the reason is kept apart\n" },
	{ "undone", undone,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口撤销：2号窗口叫号\n"
	  "  若已开始播报，应更正“A001号,刚才叫号有误,请您继续等候”\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口办结，没有标记开始\n"
	  "2号窗口撤销：2号窗口办结，没有标记开始\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  先前若没有播报，应补播“请A001号,到2号窗口”\n"
	  "2号窗口转到c\n"
	  "2号窗口撤销：2号窗口转到c\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  先前若没有播报，应补播“请A001号,到2号窗口”\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Window 2 took back: Called by window 2\n"
	  "  If its call had begun to be said, to be corrected: “A001号,刚才叫号有误,请您继续等候”\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Finished at window 2; its start was not marked\n"
	  "Window 2 took back: Finished at window 2; its start was not marked\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  If it had not been said before, to be said: “请A001号,到2号窗口”\n"
	  "Sent by window 2 to c\n"
	  "Window 2 took back: Sent by window 2 to c\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  If it had not been said before, to be said: “请A001号,到2号窗口”\n" },
	{ "undone with the call of another", undone_next,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口叫下一位，随之办结，没有标记开始\n"
	  "2号窗口撤销：2号窗口叫下一位，随之办结，没有标记开始\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  先前若没有播报，应补播“请A001号,到2号窗口”\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Finished at window 2, as it called the next; its start was not marked\n"
	  "Window 2 took back: Finished at window 2, as it called the next; its start was not marked\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  If it had not been said before, to be said: “请A001号,到2号窗口”\n" },
	{ "the hall stands still", stands_still,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "全厅暂停服务，等候不计时\n"
	  "  2号窗口显示屏应显示“全厅暂停服务 请稍候”\n"
	  "全厅恢复服务\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "2号窗口开始办理\n"
	  "  2号窗口显示屏应显示“A001 正在办理”\n"
	  "疏散演练，等候不计时\n"
	  "  2号窗口显示屏应显示“疏散演练 请听从工作人员指挥”\n"
	  "全厅恢复服务\n"
	  "  2号窗口显示屏应显示“A001 正在办理”\n"
	  "全厅疏散，等候不计时\n"
	  "  2号窗口显示屏应显示“请听从工作人员指挥 有序离开大厅”\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "The hall was suspended; waiting did not count\n"
	  "  The sign of window 2 was to show “全厅暂停服务 请稍候”\n"
	  "The hall went on\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "Service began at window 2\n"
	  "  The sign of window 2 was to show “A001 正在办理”\n"
	  "Evacuation drill; waiting did not count\n"
	  "  The sign of window 2 was to show “疏散演练 请听从工作人员指挥”\n"
	  "The hall went on\n"
	  "  The sign of window 2 was to show “A001 正在办理”\n"
	  "The hall was evacuated; waiting did not count\n"
	  "  The sign of window 2 was to show “请听从工作人员指挥 有序离开大厅”\n" },
	{ "the day ends while it is called", day_ends,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口已叫号，当日结束，号码作废\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Called by window 2 when the day ended: no longer valid\n" },
	{ "the day ends while it is served", day_ends_serving,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口开始办理\n"
	  "  2号窗口显示屏应显示“A001 正在办理”\n"
	  "2号窗口正在办理，当日结束，作办结\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "Service began at window 2\n"
	  "  The sign of window 2 was to show “A001 正在办理”\n"
	  "Still at window 2 when the day ended: counted as finished\n" },
	{ "the day ends while it waits", day_ends_waiting,
	  "取号：综合，普通\n"
	  "当日结束，号码作废\n",
	  "Taken: General, 普通\n"
	  "The day ended: no longer valid\n" },
	{ "sign and voice fail", at_fault,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "2号窗口的显示屏有故障，可能没有显示\n"
	  "2号窗口的语音有故障，可能没有播报\n"
	  "2号窗口重呼，第 1 次\n"
	  "  2号窗口显示屏当时有故障，可能没有显示“A001 请到2号窗口”\n"
	  "  语音当时有故障，可能没有播报“请A001号,到2号窗口”\n"
	  "2号窗口开始办理\n"
	  "  2号窗口显示屏当时有故障，可能没有显示“A001 正在办理”\n"
	  "2号窗口的显示屏恢复\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "The sign of window 2 is at fault: it may not have shown it\n"
	  "The voice of window 2 is at fault: it may not have said it\n"
	  "Called again by window 2, recall 1\n"
	  "  The sign of window 2 was at fault then; it may not have shown “A001 请到2号窗口”\n"
	  "  The voice was at fault then; it may not have said “请A001号,到2号窗口”\n"
	  "Service began at window 2\n"
	  "  The sign of window 2 was at fault then; it may not have shown “A001 正在办理”\n"
	  "The sign of window 2 works again\n" },
	{ "sign and voice were at fault before", recalled_at_fault,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏当时有故障，可能没有显示“A001 请到2号窗口”\n"
	  "  语音当时有故障，可能没有播报“请A001号,到2号窗口”\n"
	  "2号窗口的语音恢复\n"
	  "2号窗口重呼，第 1 次\n"
	  "  2号窗口显示屏当时有故障，可能没有显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was at fault then; it may not have shown “A001 请到2号窗口”\n"
	  "  The voice was at fault then; it may not have said “请A001号,到2号窗口”\n"
	  "The voice of window 2 works again\n"
	  "Called again by window 2, recall 1\n"
	  "  The sign of window 2 was at fault then; it may not have shown “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n" },
	{ "started anew", started_anew,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n"
	  "  2号窗口显示屏应显示“A001 请到2号窗口”\n"
	  "  应播报“请A001号,到2号窗口”\n"
	  "系统重新启动\n"
	  "  重新启动后应再播报一次“请A001号,到2号窗口”\n"
	  "系统重新启动\n"
	  "  已过 60 秒，重新启动后不再播报\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n"
	  "  The sign of window 2 was to show “A001 请到2号窗口”\n"
	  "  To be said: “请A001号,到2号窗口”\n"
	  "The system started anew\n"
	  "  To be said once more after the start: “请A001号,到2号窗口”\n"
	  "The system started anew\n"
	  "  Over 60 seconds old: not to be said after the start\n" },
	{ "outside the hours of the voice", out_of_hours,
	  "取号：社保，普通\n"
	  "3号窗口叫号\n"
	  "  3号窗口显示屏应显示“B001 请到3号窗口”\n"
	  "  不在播报时段，不播报\n",
	  "Taken: Insurance, 普通\n"
	  "Called by window 3\n"
	  "  The sign of window 3 was to show “B001 请到3号窗口”\n"
	  "  Not to be said: outside the hours of the voice\n" },
	{ "a window with neither sign nor voice", dumb_and_dark,
	  "取号：c，普通\n"
	  "4号窗口叫号\n"
	  "  4号窗口没有接显示屏\n"
	  "  4号窗口没有语音，不播报\n",
	  "Taken: c, 普通\n"
	  "Called by window 4\n"
	  "  Window 4 has no sign of its own\n"
	  "  Not to be said: window 4 has no voice\n" },
	{ "a layout that is not known", layout_unknown,
	  "取号：综合，普通\n"
	  "2号窗口叫号\n",
	  "Taken: General, 普通\n"
	  "Called by window 2\n" },
	{ "a window lent to its service", lent,
	  "取号：综合，普通\n"
	  "3号窗口支援综合，到 09:30\n"
	  "3号窗口不再支援综合\n"
	  "3号窗口支援综合，到 10:00\n"
	  "3号窗口叫号，该窗口当时支援综合\n"
	  "  3号窗口显示屏应显示“A001 请到3号窗口”\n"
	  "  不在播报时段，不播报\n",
	  "Taken: General, 普通\n"
	  "Window 3 was lent to General until 09:30\n"
	  "Window 3 was lent to General no more\n"
	  "Window 3 was lent to General until 10:00\n"
	  "Called by window 3; the window was lent to General\n"
	  "  The sign of window 3 was to show “A001 请到3号窗口”\n"
	  "  Not to be said: outside the hours of the voice\n" },
