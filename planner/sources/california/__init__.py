"""California: teachers' years of experience by school (CalMatters), and what is left of ESSER dollars."""

from planner.sources.california.teachers import CaliforniaTeachers

__all__ = ["CaliforniaTeachers"]
