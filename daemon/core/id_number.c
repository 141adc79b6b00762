/* Numbers of ID cards. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/id_number.h"

bool
id_number_right(char number[ID_NUMBER_MAX])
{
	static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0, year, month, day;

	if (strspn(number, "0123456789") < 17 || strlen(number) != 18)
		return false;
	for (int i = 0; i < 17; i++)
		sum += (number[i] - '0') * weights[i];
	if (number[17] == 'x')
		number[17] = 'X';
	return number[17] == "10X98765432"[sum % 11] &&
	    sscanf(number + 6, "%4d%2d%2d", &year, &month, &day) == 3 && date_of(year, month, day) != 0;
}
